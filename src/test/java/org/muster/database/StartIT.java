package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.muster.Await.await;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.credentials.SecretsManagerStub;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Starts servers under unusual conditions. */
class StartIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void theServerWaitsForAnUnavailableDatabase() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            database.stop();
            try (var server = Server.start(RunningMuster.environment(database))) {
                var nobody = Client.anonymous(server.base());
                await(
                        "the reason",
                        TIMEOUT,
                        () -> readiness(server).getString("reason", "").contains("SQLSTATE 08001"));

                assertThat(nobody.get("/health/ready").status()).isEqualTo(503);
                assertThat(nobody.get("/health/started").status()).isEqualTo(503);
                assertThat(nobody.get("/health/live").status()).isEqualTo(200);
                var refused = nobody.get("/api/v1/groups");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.string("type")).isEqualTo("/problems/unavailable");
                assertThat(refused.header("Retry-After")).isEqualTo("2");

                // To validate each answer would take half of the CPU that the start needs.
                var probe = Client.unvalidated(server.base());
                database.start();
                var since = System.nanoTime();
                await("readiness", TIMEOUT, () -> probe.get("/health/ready").status() == 200);
                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(2));
                assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(200);

                database.stop();
                await("unreadiness", TIMEOUT, () -> nobody.get("/health/ready").status() == 503);
                assertThat(nobody.get("/health/live").status()).isEqualTo(200);
                assertThat(nobody.get("/health/started").status()).isEqualTo(200);
                assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(503);

                database.start();
                await("readiness", TIMEOUT, () -> nobody.get("/health/ready").status() == 200);
                assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void concurrentNodesMigrateOnceAndANewerSchemaIsRefused() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = RunningMuster.environment(database);
            try (var one = Server.start(environment);
                    var other = Server.start(environment)) {
                one.awaitReady(Duration.ofSeconds(90));
                other.awaitReady(Duration.ofSeconds(90));

                var ann = Client.anonymous(one.base()).signedUp("Ann");
                var group = ann.post("/api/v1/groups", "{'name':'A','zone':'UTC','visibility':'public'}")
                        .id();
                assertThat(Client.anonymous(other.base())
                                .get("/api/v1/groups/" + group)
                                .status())
                        .isEqualTo(200);
                assertThat(text(
                                database,
                                "SELECT string_agg(version, ' ' ORDER BY version) FROM flyway_schema_history"))
                        .isEqualTo(String.join(" ", SchemaTest.versions()));
            }

            text(database, """
                    INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
                           installed_by, execution_time, success)
                    VALUES (99, '999', 'of the future', 'SQL', 'V999__of_the_future.sql', 'muster', 1, true)
                    RETURNING version
                    """);
            try (var old = Server.start(environment)) {
                var nobody = Client.anonymous(old.base());
                await("the fatal reason", TIMEOUT, () -> readiness(old).getBoolean("fatal", false));

                assertThat(readiness(old).getString("reason"))
                        .contains("schema version 999", "up to " + SchemaTest.latest());
                assertThat(nobody.get("/health/ready").status()).isEqualTo(503);
                assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(503);
                assertThat(Files.readString(old.log())).contains("schema version 999");
            }
        }
    }

    @Test
    void aLoginThatOwnsNothingServesWhatAnotherHasMigrated() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = new HashMap<>(RunningMuster.environment(database));
            try (var owner = Server.start(environment)) {
                owner.awaitReady(Duration.ofSeconds(90));
            }
            try (var connection = database.connectAsSuperuser();
                    var statement = connection.createStatement()) {
                statement.execute("""
                        CREATE ROLE muster_requests LOGIN PASSWORD 'requests';
                        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO muster_requests;
                        ALTER ROLE muster NOLOGIN
                        """);
            }
            environment.put("DB_USER", "muster_requests");
            environment.put("DB_PASSWORD", "requests");

            try (var server = Server.start(environment)) {
                server.awaitReady(Duration.ofSeconds(90));
                var ann = Client.anonymous(server.base()).signedUp("Ann");
                var group = "/api/v1/groups/"
                        + ann.post("/api/v1/groups", "{'name':'A','zone':'UTC','visibility':'public'}")
                                .id();
                var activity = ann.post(
                        group + "/activities",
                        "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60,'visibility':'public'}");
                var hike = group + "/activities/" + activity.id();
                assertThat(ann.post(hike + "/publish").status()).isEqualTo(200);
                assertThat(ann.with("Content-Type", "application/json")
                                .send("PUT", hike + "/signups/me", Client.json("{'guests':0}"))
                                .status())
                        .isEqualTo(201);
                assertThat(ann.with("If-Match", "*").delete(group + "?name=A").status())
                        .isEqualTo(204);
                assertThat(ann.delete("/api/v1/me").status()).isEqualTo(204);
            }
        }
    }

    @Test
    void anInvalidSettingStopsTheDeploymentWithOneLine() throws Exception {
        try (var server = Server.start(
                Map.of("DB_PORT", "5432x", "DB_HOST", "localhost", "MUSTER_ENV_FILE", RunningMuster.emptyFile()))) {
            await("the end of the start", TIMEOUT, server::startCompleted);

            assertThat(Files.readAllLines(server.log()).stream().filter(line -> line.contains("Muster cannot start")))
                    .singleElement()
                    .asString()
                    .contains("DB_PORT=5432x is not allowed: it must be a whole number from 1 to 65535");
            assertThat(Client.unvalidated(server.base()).get("/api/v1/groups").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void theConfiguredSecretAndLimitsAreAppliedAndNoSecretIsPrinted() throws Exception {
        var awsKey = "AKIAIOSFODNN7EXAMPLE";
        var awsSecretKey = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";
        try (var database = EmbeddedDatabase.temporary();
                var secretsManager = new SecretsManagerStub()) {
            secretsManager.answerSecret(
                    "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(database.user(), database.password()));
            var environment = new HashMap<>(RunningMuster.environment(database));
            environment.putAll(Map.of(
                    "DB_PASSWORD", "the environment's own s3cr3t",
                    "AWS_SECRET_NAME", "prod/muster",
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                    "AWS_ACCESS_KEY_ID", awsKey,
                    "AWS_SECRET_ACCESS_KEY", awsSecretKey,
                    "DB_POOL_MIN", "1",
                    "DB_POOL_MAX", "3",
                    "DB_IDLE_TIMEOUT_S", "2",
                    "DB_ACQUIRE_TIMEOUT_MS", "1500"));
            try (var server = Server.start(environment)) {
                server.awaitReady(Duration.ofSeconds(90));
                var nobody = Client.anonymous(server.base());

                assertThat(readiness(server).getString("credentials.source")).contains("prod/muster");
                assertThat(readiness(server).getInt("pool.max")).isEqualTo(3);
                assertThat(secretsManager.calls()).isEqualTo(1);
                await("one connection", TIMEOUT, () -> backends(database) == 1);
                var ann = nobody.signedUp("Ann");
                var group =
                        ann.post("/api/v1/groups", "{'name':'A','zone':'UTC'}").id();
                assertThatTheFourthCallerFails(database, ann, "/api/v1/groups/" + group + "/archive");
                await(
                        "one connection",
                        Server.effectiveIdleTimeout(Duration.ofSeconds(2)).multipliedBy(2),
                        () -> backends(database) == 1);

                nobody.with("Authorization", "Bearer s3cr3t-token").get("/api/v1/me");
                nobody.post("/api/v1/sessions", "{'email':'ann@example.org','password':'s3cr3t-password'}");
                var health = nobody.get("/health").body();
                server.stop();

                var printed = Files.readString(server.log()) + health;
                assertThat(printed)
                        .contains("prod/muster")
                        .doesNotContain(database.password())
                        .doesNotContain("s3cr3t")
                        .doesNotContain("correct horse")
                        .doesNotContain(awsSecretKey);
                await("no connection", TIMEOUT, () -> backends(database) == 0);
            }
        }
    }

    private static void assertThatTheFourthCallerFails(EmbeddedDatabase database, Client ann, String path)
            throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM user_group FOR UPDATE");
            Callable<Answer> archive = () -> ann.post(path);
            Callable<Answer> unlock = () -> {
                await(
                        "three blocked requests",
                        TIMEOUT,
                        () -> database.sessions("application_name = 'muster' AND wait_event_type = 'Lock'") == 3);
                assertThat(backends(database)).isEqualTo(3);
                var since = System.nanoTime();
                var refused = ann.get("/api/v1/groups");
                assertThat((System.nanoTime() - since) / 1e9).isEqualTo(1.5, within(0.2));
                connection.rollback();
                return refused;
            };

            var answers =
                    Client.atOnce(Stream.of(archive, archive, archive, unlock).toList());

            assertThat(answers).extracting(Answer::status).containsExactly(200, 200, 200, 503);
        }
    }

    /** Not validated: until the application is deployed, the server answers itself. */
    private static JsonObject readiness(Server server) {
        var answer = Client.unvalidated(server.base()).get("/health/ready");
        return answer.json().getJsonArray("checks").getJsonObject(0).getJsonObject("data");
    }

    private static int backends(EmbeddedDatabase database) throws SQLException {
        return database.sessions("application_name = 'muster'");
    }

    private static String text(EmbeddedDatabase database, String statement) throws SQLException {
        try (var connection = database.connect();
                var rows = connection.createStatement().executeQuery(statement)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
