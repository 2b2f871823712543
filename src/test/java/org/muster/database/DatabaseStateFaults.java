package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Changes the state of the database and its configuration under a running server. */
@TestInstance(Lifecycle.PER_CLASS)
class DatabaseStateFaults {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String SETTINGS = "{'name':'Group','zone':'UTC','joinPolicy':'open','visibility':'public'}";

    private EmbeddedDatabase database;
    private Server server;
    private Client nobody;
    private Client ann;
    private String group;
    private String activity;

    @BeforeAll
    void start() {
        database = EmbeddedDatabase.temporary();
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put("DB_POOL_MIN", "2");
        environment.put("DB_POOL_MAX", "4");
        environment.put("DB_ACQUIRE_TIMEOUT_MS", "8000");
        server = Server.start(environment);
        server.awaitReady(Duration.ofSeconds(90));
        nobody = Client.anonymous(server.base());
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @BeforeEach
    void makeGroup() {
        awaitReady();
        ann = nobody.signedUp("Ann");
        group = "/api/v1/groups/" + ann.post("/api/v1/groups", SETTINGS).id();
        activity = group + "/activities/"
                + ann.post(
                                group + "/activities",
                                "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60,'capacity':5}")
                        .id();
        assertThat(ann.post(activity + "/publish").status()).isEqualTo(200);
    }

    @AfterEach
    void restore() throws Exception {
        other(
                "ALTER DATABASE muster RESET ALL",
                "ALTER ROLE muster RESET ALL",
                "ALTER DATABASE muster ALLOW_CONNECTIONS true",
                "GRANT CONNECT ON DATABASE muster TO public, muster");
        endSessions();
        awaitReady();
        assertThat(log()).doesNotContain("Internal server error");
    }

    @Test
    void aDatabaseThatIsMadeAnewGetsItsTablesAgain() throws Exception {
        other("DROP DATABASE muster WITH (FORCE)");
        await("the reason", TIMEOUT, () -> reason().contains("does not exist"));
        assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(503);
        other("CREATE DATABASE muster OWNER muster");

        awaitReady();
        assertThat(nobody.get("/api/v1/groups").items()).isEmpty();
        makeGroup();
    }

    @Test
    void aSearchPathThatLeadsElsewhereIsNamed() throws Exception {
        superuser("CREATE SCHEMA elsewhere AUTHORIZATION muster", "ALTER ROLE muster SET search_path = 'elsewhere'");
        endSessions();

        await("the reason", TIMEOUT, () -> reason().contains("resolves to another schema"));
        assertThat(reason()).contains("public", "elsewhere", "search_path");
        assertThat(ready().status()).isEqualTo(503);
        assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(503);
        assertThat(count("SELECT count(*) FROM pg_class WHERE relnamespace = 'elsewhere'::regnamespace"))
                .isZero();

        superuser("ALTER ROLE muster RESET search_path", "DROP SCHEMA elsewhere");
        awaitReady();
        assertThat(nobody.get(group).status()).isEqualTo(200);
    }

    @Test
    void aMissingTableIsNamedAndItsReturnIsNoticed() throws Exception {
        superuser("ALTER TABLE membership RENAME TO membership_away");

        await("the failure", TIMEOUT, () -> ann.get(group + "/members").status() == 503);
        await("the reason", TIMEOUT, () -> reason().contains("there is no table membership"));
        assertThat(ready().status()).isEqualTo(503);

        superuser("ALTER TABLE membership_away RENAME TO membership");
        awaitReady();
        assertThat(ann.get(group + "/members").status()).isEqualTo(200);
    }

    @Test
    void aMissingColumnAndAMissingPrivilegeAreNamed() throws Exception {
        superuser("ALTER TABLE activity RENAME COLUMN place TO place_away");
        await("the failure", TIMEOUT, () -> ann.get(activity).status() == 503);
        await("the reason", TIMEOUT, () -> reason().contains("activity.place"));
        superuser("ALTER TABLE activity RENAME COLUMN place_away TO place");
        awaitReady();

        superuser("REVOKE SELECT ON activity FROM muster");
        await("the failure", TIMEOUT, () -> ann.get(activity).status() == 503);
        await("the reason", TIMEOUT, () -> reason().contains("may not read or write the table activity"));
        superuser("GRANT SELECT ON activity TO muster");
        awaitReady();
    }

    @Test
    void aReadOnlyDatabaseServesReads() throws Exception {
        other("ALTER DATABASE muster SET default_transaction_read_only = on");
        endSessions();

        await("reads", TIMEOUT, () -> ann.get(activity).status() == 200);
        await("the reason", TIMEOUT, () -> reason().contains("is read-only"));
        assertThat(ready().status()).isEqualTo(200);
        assertThat(data().getBoolean("degraded")).isTrue();
        var before = sessionsOpened();
        var refused = ann.post("/api/v1/groups", SETTINGS);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.string("detail")).contains("read-only");
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(ann.get(activity).status()).isEqualTo(200);
        assertThat(sessionsOpened() - before).isLessThan(5);

        other("ALTER DATABASE muster RESET default_transaction_read_only");
        await("a write", TIMEOUT, () -> ann.post("/api/v1/groups", SETTINGS).status() == 201);
        await("no reason", TIMEOUT, () -> reason().isEmpty());
    }

    @Test
    void openConnectionsServeWhileNoOtherCanBeOpened() throws Exception {
        for (var statement : List.of(
                "REVOKE CONNECT ON DATABASE muster FROM public, muster",
                "ALTER DATABASE muster ALLOW_CONNECTIONS false",
                "ALTER ROLE muster NOLOGIN")) {
            other(statement);
            Callable<Answer> reader = () -> {
                Answer last = null;
                for (var i = 0; i < 40; i++) {
                    last = ann.get(activity);
                    if (last.status() != 200) {
                        return last;
                    }
                }
                return last;
            };

            var answers =
                    Client.atOnce(IntStream.range(0, 16).mapToObj(i -> reader).toList());

            assertThat(answers).as(statement).extracting(Answer::status).containsOnly(200);
            await("the reason", TIMEOUT, () -> reason().contains("no further connection can be opened"));
            assertThat(data().getBoolean("degraded")).isTrue();
            other(
                    "GRANT CONNECT ON DATABASE muster TO public, muster",
                    "ALTER DATABASE muster ALLOW_CONNECTIONS true",
                    "ALTER ROLE muster LOGIN");
            await("no reason", TIMEOUT, () -> reason().isEmpty());
        }
    }

    @Test
    void aChangedColumnIsNoFailure() throws Exception {
        for (var i = 0; i < 20; i++) {
            assertThat(change("Before " + i)).isEqualTo(200);
        }
        superuser("ALTER TABLE activity ALTER COLUMN place TYPE varchar");
        try {
            for (var i = 0; i < 20; i++) {
                assertThat(change("After " + i)).isEqualTo(200);
                assertThat(ann.get(activity).status()).isEqualTo(200);
            }
        } finally {
            superuser("ALTER TABLE activity ALTER COLUMN place TYPE text");
        }
        assertThat(change("Last")).isEqualTo(200);
        assertThat(Files.readString(database.log())).contains("cached plan must not change result type");
    }

    /** Whether this version of PostgreSQL has the setting. */
    private boolean knows(String setting) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var select = connection.prepareStatement("SELECT FROM pg_settings WHERE name = ?")) {
            select.setString(1, setting);
            try (var rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private int change(String place) {
        return ann.with("If-Match", ann.get(activity).header("ETag"))
                .patch(activity, "{'place':'" + place + "'}")
                .status();
    }

    @Test
    void aTimeLimitOfTheOperatorIsNoFailureIfTheLockEndsSoon() throws Exception {
        for (var limit : List.of("transaction_timeout", "statement_timeout", "lock_timeout")) {
            if (!knows(limit)) {
                continue;
            }
            other("ALTER ROLE muster SET " + limit + " = '1s'");
            endSessions();
            awaitReady();
            Callable<Answer> signUp = () -> ann.with("Content-Type", "application/json")
                    .send("PUT", activity + "/signups/me", Client.json("{'guests':0}"));
            Callable<Answer> lock = () -> {
                try (var connection = database.connectAsSuperuser();
                        var statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement.execute("SELECT FROM activity FOR UPDATE");
                    await(
                            "the sign-up",
                            TIMEOUT,
                            () -> database.sessions("application_name = 'muster' AND wait_event_type = 'Lock'") > 0);
                    statement.execute("SELECT pg_sleep(2)");
                    connection.rollback();
                    return nobody.get("/health/live");
                }
            };

            var answers = Client.atOnce(List.of(lock, signUp));

            assertThat(answers.get(1).status())
                    .as(limit + ": " + answers.get(1).body())
                    .isIn(200, 201);
            other("ALTER ROLE muster RESET ALL");
            endSessions();
            assertThat(ann.delete(activity + "/signups/me").status()).isIn(200, 204);
        }
    }

    @Test
    void aFullDiskIsNamed() throws Exception {
        // What PostgreSQL says when the disk is full, without a disk that is.
        superuser("""
                CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE 'could not extend file "base/1": No space left on device' USING ERRCODE = '53100'; END $$
                """, "CREATE TRIGGER disk_full BEFORE INSERT ON user_group EXECUTE FUNCTION disk_full()");
        try {
            var refused = ann.post("/api/v1/groups", SETTINGS);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.string("detail")).contains("disk is full");
            assertThat(reason()).contains("has no disk space left", "Free disk space");
            assertThat(ready().status()).isEqualTo(200);
            assertThat(ann.get(group).status()).isEqualTo(200);
        } finally {
            superuser("DROP TRIGGER disk_full ON user_group", "DROP FUNCTION disk_full");
        }
        await("a write", TIMEOUT, () -> ann.post("/api/v1/groups", SETTINGS).status() == 201);
        await("no reason", TIMEOUT, () -> reason().isEmpty());
    }

    @Test
    void commitsThatWaitForAStandbyAreToldAndReadsGoOn() throws Exception {
        other(
                "ALTER ROLE muster SET synchronous_commit = on",
                "ALTER SYSTEM SET synchronous_standby_names = 'gone'",
                "SELECT pg_reload_conf()");
        endSessions();
        awaitReady();
        try {
            Callable<Answer> write = () -> ann.post("/api/v1/groups", SETTINGS);
            Callable<Answer> read = () -> {
                await("the reason", TIMEOUT, () -> reason().contains("SyncRep"));
                Answer slowest = null;
                for (var i = 0; i < 50; i++) {
                    slowest = ann.get(activity);
                    assertThat(slowest.status()).isEqualTo(200);
                }
                return slowest;
            };
            var since = System.nanoTime();

            var answers = Client.atOnce(List.of(write, write, write, write, write, write, read));

            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(20));
            assertThat(answers.subList(0, 6)).extracting(Answer::status).containsOnly(503);
            assertThat(answers.subList(0, 6))
                    .extracting(answer -> answer.string("type"))
                    .contains("/problems/outcome-unknown");
            assertThat(ready().status()).isEqualTo(200);
        } finally {
            other("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
        }
        await("a write", TIMEOUT, () -> ann.post("/api/v1/groups", SETTINGS).status() == 201);
        await("no reason", TIMEOUT, () -> reason().isEmpty());
    }

    @Test
    void anUnencryptedConnectionThatIsRefusedNamesTheSetting() throws Exception {
        var file = Path.of(text("SHOW hba_file"));
        var before = Files.readString(file);
        Files.writeString(file, "hostssl all muster all scram-sha-256\nhost all postgres all scram-sha-256\n");
        other("SELECT pg_reload_conf()");
        endSessions();
        try {
            await("the reason", TIMEOUT, () -> reason().contains("no encryption"));
            assertThat(reason()).contains("DB_SSL=true", "SQLSTATE 28000");
        } finally {
            Files.writeString(file, before);
            other("SELECT pg_reload_conf()");
        }
        awaitReady();
    }

    private Answer ready() {
        return Client.unvalidated(server.base()).get("/health/ready");
    }

    private JsonObject data() {
        return ready().json().getJsonArray("checks").getJsonObject(0).getJsonObject("data");
    }

    private String reason() {
        return data().getString("reason", "");
    }

    private void awaitReady() {
        await("readiness", TIMEOUT, () -> ready().status() == 200 && reason().isEmpty());
    }

    private String log() throws IOException {
        return Files.readString(server.log());
    }

    private void endSessions() throws SQLException {
        other("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'muster'");
    }

    private void superuser(String... statements) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    /** Runs statements outside the database, which may not be there. */
    private void other(String... statements) throws SQLException {
        database.execute(statements);
    }

    private int count(String query) throws SQLException {
        return Integer.parseInt(text(query));
    }

    private int sessionsOpened() throws SQLException {
        return count("SELECT sessions FROM pg_stat_database WHERE datname = 'muster'");
    }

    private String text(String query) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
