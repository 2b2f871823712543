package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Starts a server on databases that it cannot use, and makes them usable. */
class StartStateFaults {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** Flyway's, for the table flyway_schema_history in the schema public. */
    private static final long LOCK = 77_431_708_279_161L + "\"public\".\"flyway_schema_history\"".hashCode();

    @Test
    void eachReasonIsNamedAndItsEndIsNoticed() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            database.execute(
                    "DROP DATABASE muster",
                    "CREATE DATABASE muster OWNER muster ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
            var environment = new HashMap<>(RunningMuster.environment(database));
            environment.put("DB_POOL_MIN", "0");
            environment.put("DB_IDLE_TIMEOUT_S", "1");
            try (var server = Server.start(environment)) {
                await("the encoding", TIMEOUT, () -> reason(server).contains("its encoding is SQL_ASCII"));
                assertThat(data(server).getBoolean("fatal")).isTrue();
                assertThat(Client.unvalidated(server.base()).get("/health/live").status())
                        .isEqualTo(200);

                database.execute("DROP DATABASE muster WITH (FORCE)", "CREATE DATABASE muster OWNER muster");
                superuser(database, "CREATE TABLE invoice (id int)", "ALTER TABLE invoice OWNER TO muster");
                await("the other tables", TIMEOUT, () -> reason(server).contains("schema public has invoice"));
                assertThat(data(server).getBoolean("fatal")).isTrue();

                superuser(
                        database,
                        """
                        CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50),
                               description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL,
                               checksum integer, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),
                               execution_time integer NOT NULL, success boolean NOT NULL)
                        """,
                        "ALTER TABLE flyway_schema_history OWNER TO muster",
                        "INSERT INTO flyway_schema_history VALUES (1, '999', 'shop', 'SQL', 'V999__shop.sql', 1, 'x', now(), 1, true)");
                await("the other program", TIMEOUT, () -> reason(server).contains("V999__shop.sql of another program"));

                try (var other = database.connectAsSuperuser();
                        var statement = other.createStatement()) {
                    statement.execute("SET application_name = 'other node'");
                    statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
                    superuser(database, "DROP TABLE flyway_schema_history, invoice");
                    await("the lock's holder", TIMEOUT, () -> reason(server).contains("other node"));
                    assertThat(reason(server)).contains("locked for migration", "process ", "since ");
                }
                server.awaitReady(TIMEOUT);
                assertThat(reason(server)).isEmpty();

                assertThatAnIdleServerOpensFewSessions(database);
            }
        }
    }

    private static void assertThatAnIdleServerOpensFewSessions(EmbeddedDatabase database) throws Exception {
        await("no connection", TIMEOUT, () -> database.sessions("application_name = 'muster'") == 0);
        superuser(database, "ALTER SYSTEM SET log_connections = on", "SELECT pg_reload_conf()");
        var before = connections(database);
        var until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        await("ten seconds", TIMEOUT, () -> System.nanoTime() > until);
        assertThat(connections(database) - before).isLessThanOrEqualTo(3);
    }

    private static long connections(EmbeddedDatabase database) throws Exception {
        return Files.readAllLines(database.log()).stream()
                .filter(line -> line.contains("connection received"))
                .count();
    }

    private static String reason(Server server) {
        return data(server).getString("reason", "");
    }

    /** Not validated: until the application is deployed, the server answers itself. */
    private static JsonObject data(Server server) {
        var answer = Client.unvalidated(server.base()).get("/health/ready");
        return answer.json().getJsonArray("checks").getJsonObject(0).getJsonObject("data");
    }

    private static void superuser(EmbeddedDatabase database, String... statements) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }
}
