package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.muster.Await.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.muster.connections.Condition;
import org.postgresql.ds.PGSimpleDataSource;

class SchemaTest {
    @Test
    void concurrentNodesMigrateAnEmptyDatabaseOnce() throws Exception {
        var database = emptyDatabase();
        var nodes = 4;
        var together = new CyclicBarrier(nodes);
        Callable<Boolean> node = () -> {
            var schema = new Schema(database, true);
            together.await();
            schema.migrate();
            return true;
        };

        var executor = Executors.newFixedThreadPool(nodes);
        try {
            for (var outcome :
                    executor.invokeAll(Stream.generate(() -> node).limit(nodes).toList())) {
                assertThat(outcome.get()).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(new Database()
                        .sql(database)
                        .list("SELECT version FROM flyway_schema_history WHERE success", row -> row.getString(1)))
                .containsExactlyElementsOf(versions());
    }

    @Test
    void aMigratedDatabaseIsNotChanged() throws Exception {
        var database = emptyDatabase();
        new Schema(database, true).migrate();

        new Schema(database, true).migrate();

        assertThat(history(database)).isEqualTo(versions());
    }

    @Test
    void aNewerSchemaIsRefusedAndNotChanged() throws Exception {
        var database = emptyDatabase();
        new Schema(database, true).migrate();
        new Database().sql(database).update("""
                        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
                               installed_by, execution_time, success)
                        VALUES (9999, '999', 'of the future', 'SQL', 'V999__of_the_future.sql', 'muster', 1, true)
                        """);

        assertThatThrownBy(() -> new Schema(database, true).migrate())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("schema version 999")
                .hasMessageContaining("versions up to " + latest());
        assertThat(history(database)).hasSize(versions().size() + 1).endsWith("999");
    }

    @Test
    void aDatabaseThatIsReadOnlyIsUsedIfThereIsNothingToMigrate() throws Exception {
        var database = emptyDatabase();
        alter(database, "SET default_transaction_read_only = on");
        assertThat(refusal(database).condition()).isEqualTo(Condition.READ_ONLY);

        alter(database, "RESET default_transaction_read_only");
        new Schema(database, true).migrate();
        alter(database, "SET default_transaction_read_only = on");
        new Schema(database, true).migrate();
    }

    @Test
    void whatKeepsFromMigratingIsNamed() throws Exception {
        var database = emptyDatabase();
        alter(database, "SET search_path = nowhere");
        assertThat(refusal(database).condition()).isEqualTo(Condition.SEARCH_PATH);
        alter(database, "RESET search_path");

        superuser(database, "REVOKE CREATE ON SCHEMA public FROM public", "ALTER SCHEMA public OWNER TO postgres");
        assertThat(refusal(database).condition()).isEqualTo(Condition.PRIVILEGES_MISSING);
        superuser(database, "GRANT ALL ON SCHEMA public TO " + database.getUser());

        new Schema(database, true).migrate();
        superuser(database, "DROP TRIGGER refuse_erased ON membership", "DROP TRIGGER refuse_erased ON sign_up");
        superuser(database, "ALTER TABLE activity DROP CONSTRAINT activity_pkey CASCADE");
        assertThat(refusal(database))
                .hasMessage("there is no primary key of activity, trigger that calls refuse_erased")
                .extracting(SchemaException::condition)
                .isEqualTo(Condition.TABLES_MISSING);
        superuser(database, "DROP TABLE calendar_token");
        assertThat(refusal(database))
                .hasMessage("there is no table calendar_token")
                .extracting(SchemaException::condition)
                .isEqualTo(Condition.TABLES_MISSING);
    }

    @Test
    void aColumnOfOthersMayGoAsItCame() throws Exception {
        var database = emptyDatabase();
        var schema = new Schema(database, true);
        schema.migrate();
        superuser(database, "ALTER TABLE user_group ADD COLUMN note text");
        schema.migrate();
        superuser(database, "ALTER TABLE user_group DROP COLUMN note");
        schema.migrate();

        superuser(database, "ALTER TABLE activity DROP COLUMN place");
        try (var connection = database.getConnection()) {
            assertThatThrownBy(() -> schema.verify(connection, "42703"))
                    .isInstanceOf(SchemaException.class)
                    .hasMessage("there is no column activity.place");
        }
        assertThatThrownBy(schema::migrate).hasMessage("there is no column activity.place");
        superuser(database, "ALTER TABLE activity ADD COLUMN place text");
        schema.migrate();
    }

    @Test
    void aMigrationThatAnotherSessionHoldsUpIsShownAndGivesUpItsTurn() throws Exception {
        var database = emptyDatabase();
        // The operator's limits do not apply to it.
        for (var limit : List.of("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")) {
            alter(database, "SET " + limit + " = '2s'");
        }
        var schema = new Schema(database, true);
        try (var other = superuser(database);
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SET LOCAL transaction_timeout = 0");
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            statement.execute("CREATE TABLE user_account ()");
            var refused = new FutureTask<>(() -> catchThrowableOfType(SchemaException.class, schema::migrate));
            new Thread(refused).start();

            await(
                    "the progress",
                    Duration.ofSeconds(10),
                    () -> schema.progress()
                            .filter(now -> now.matches("version \\d+ \\(.*\\), for [1-9] s"))
                            .isPresent());

            assertThat(refused.get(20, TimeUnit.SECONDS))
                    .hasMessageContaining("lock timeout")
                    .extracting(SchemaException::condition)
                    .isEqualTo(Condition.MIGRATION_FAILED);
            assertThat(schema.progress()).isEmpty();
            other.rollback();
        }
        schema.migrate();
    }

    private static SchemaException refusal(DataSource database) {
        return catchThrowableOfType(SchemaException.class, () -> new Schema(database, true).migrate());
    }

    private static Connection superuser(PGSimpleDataSource database) throws SQLException {
        var server = TestPool.shared().database();
        try (var any = server.connectAsSuperuser()) {
            return DriverManager.getConnection(
                    database.getURL(), any.getMetaData().getUserName(), server.password());
        }
    }

    private static void superuser(PGSimpleDataSource database, String... statements) throws SQLException {
        try (var connection = superuser(database);
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    private static void alter(PGSimpleDataSource database, String change) throws SQLException {
        TestPool.shared().database().execute("ALTER DATABASE " + database.getDatabaseName() + " " + change);
    }

    @Test
    void anAlteredMigrationIsRefused() throws Exception {
        var database = emptyDatabase();
        new Schema(database, true).migrate();
        new Database().sql(database).update("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '002'");

        assertThatThrownBy(() -> new Schema(database, true).migrate())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("version 002");
    }

    @Test
    void aRestoreIntoAnotherClusterStartsANewEpochOfChanges() throws Exception {
        var database = emptyDatabase();
        new Schema(database, true).migrate();
        var sql = new Database().sql(database);
        sql.update("""
                INSERT INTO group_change (group_id, epoch, txid, kind, entity_id, action, audience)
                VALUES (?, 1, '9000000000000000000', 'group', ?, 'created', 'members')
                """, UUID.randomUUID(), UUID.randomUUID());

        new Schema(database, true).migrate();
        new Schema(database, true).migrate();

        assertThat(sql.list("SELECT epoch FROM change_epoch ORDER BY epoch", row -> row.getInt("epoch")))
                .containsExactly(1, 2);
    }

    /** Returns the latest schema version of this release. */
    static String latest() {
        return versions().get(versions().size() - 1);
    }

    /** Returns all schema versions of this release. */
    static List<String> versions() {
        var files = Path.of("src/main/resources/db/migration").toFile().list();
        return Arrays.stream(files)
                .filter(file -> file.startsWith("V"))
                .map(file -> file.substring(1, 4))
                .sorted()
                .toList();
    }

    private static List<String> history(DataSource database) {
        return new Database()
                .sql(database)
                .list(
                        "SELECT version FROM flyway_schema_history ORDER BY installed_rank",
                        row -> row.getString("version"));
    }

    private static PGSimpleDataSource emptyDatabase() throws SQLException {
        var server = TestPool.shared().database();
        var name = "empty_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = server.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " OWNER " + server.user());
        }
        var database = new PGSimpleDataSource();
        database.setURL("jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + name);
        database.setUser(server.user());
        database.setPassword(server.password());
        return database;
    }
}
