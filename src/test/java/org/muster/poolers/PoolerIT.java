package org.muster.poolers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.EventReader;
import org.muster.Installed;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

class PoolerIT {
    private static final String GROUP = "{'name':'Pooled','zone':'UTC','visibility':'public','joinPolicy':'open'}";
    private static final String ACTIVITY =
            "{'title':'Pooled','startsLocal':'2030-01-01T10:00','durationMinutes':60,'capacity':3}";

    private static EmbeddedDatabase database;

    @BeforeAll
    static void start() {
        Installed.require(PgBouncer.installed(), "no pgbouncer: install Debian's package of this name");
        database = EmbeddedDatabase.temporary();
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
    }

    private static Server start(PgBouncer pooler, Map<String, String> variables) {
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put("DB_HOST", "localhost");
        environment.put("DB_PORT", String.valueOf(pooler.port()));
        environment.putAll(variables);
        return Server.start(environment);
    }

    /** Creates groups at the same time, each with an activity that somebody signs up for. */
    private static void useAtOnce(Server server, int times) {
        var somebody = Client.anonymous(server.base()).signedUp("Pooled");
        var answers = Client.atOnce(IntStream.range(0, times)
                .<Callable<Client.Answer>>mapToObj(any -> () -> {
                    var group = "/api/v1/groups/" + created(somebody.post("/api/v1/groups", GROUP));
                    var activity = group + "/activities/" + created(somebody.post(group + "/activities", ACTIVITY));
                    somebody.with("If-Match", "*").patch(activity, "{'place':'Here'}");
                    return somebody.get(activity);
                })
                .toList());
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.string("place")).isEqualTo("Here");
        });
    }

    private static UUID created(Client.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.id();
    }

    private static String reason(Server server) {
        return Client.unvalidated(server.base())
                .get("/health/ready")
                .json()
                .getJsonArray("checks")
                .getJsonObject(0)
                .getJsonObject("data")
                .getString("reason", "");
    }

    private static String setting(PgBouncer pooler, String name) throws SQLException {
        var url = "jdbc:postgresql://localhost:" + pooler.port() + "/" + database.name() + "?prepareThreshold=0";
        try (var connection = DriverManager.getConnection(url, database.user(), database.password());
                var row = connection.createStatement().executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Changes arrive all the same, as Muster looks for them. */
    @Test
    void transactionsShareConnections() throws Exception {
        try (var pooler = PgBouncer.transactions(database, 3);
                var server = start(pooler, Map.of("DB_POOLER", "transaction"))) {
            server.awaitReady(Duration.ofSeconds(90));

            useAtOnce(server, 20);

            // What Muster sets for itself is not left to others.
            assertThat(setting(pooler, "statement_timeout")).isEqualTo("0");
            assertThat(setting(pooler, "lock_timeout")).isEqualTo("0");
            assertThat(database.sessions("application_name LIKE 'muster%'")).isLessThanOrEqualTo(3);
            changesArrive(server);
            assertThat(database.sessions("query ILIKE 'LISTEN%'")).isZero();
        }
    }

    @Test
    void whatNeedsASessionGoesToTheDirectHost() throws Exception {
        try (var pooler = PgBouncer.transactions(database, 3);
                var server = start(
                        pooler, Map.of("DB_POOLER", "transaction", "DB_DIRECT_HOST", "localhost:" + database.port()))) {
            server.awaitReady(Duration.ofSeconds(90));
            changesArrive(server);
            assertThat(database.sessions("application_name = 'muster-listen'")).isEqualTo(1);
        }
    }

    private static void changesArrive(Server server) throws IOException {
        var somebody = Client.anonymous(server.base()).signedUp("Streaming");
        var group = "/api/v1/groups/" + created(somebody.post("/api/v1/groups", GROUP));
        try (var changes = new EventReader(server.base(), group + "/changes", somebody)) {
            changes.readUntil(": following", Duration.ofSeconds(5));
            created(somebody.post(group + "/activities", ACTIVITY));

            assertThat(changes.readUntil("data:", Duration.ofSeconds(5))).contains("activity");
        }
    }

    @Test
    void aPoolerThatRefusesASettingIsNamed() throws IOException {
        try (var pooler = PgBouncer.transactions(database, 3);
                var server = start(pooler, Map.of())) {
            await("the reason", Duration.ofSeconds(60), () -> reason(server).contains("DB_POOLER=transaction"));
        }
    }

    @Test
    void aPoolerThatLendsConnectionsForTransactionsIsNamed() throws IOException {
        try (var pooler = PgBouncer.silentTransactions(database);
                var server = start(pooler, Map.of())) {
            await("the reason", Duration.ofSeconds(60), () -> reason(server).contains("DB_POOLER=transaction"));
        }
    }

    @Test
    void aPoolerWithFewerConnectionsThanThePoolMakesRequestsWait() throws IOException {
        try (var pooler = PgBouncer.sessions(database, 4);
                var server = start(pooler, Map.of())) {
            server.awaitReady(Duration.ofSeconds(90));

            useAtOnce(server, 20);
            useAtOnce(server, 20);
        }
    }
}
