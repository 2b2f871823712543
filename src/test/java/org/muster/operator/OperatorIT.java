package org.muster.operator;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.EventReader;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** The operator's view of a server while faults are caused in its database. */
class OperatorIT {
    private static final String PATH = "/api/v1/operator/database";
    private static final Duration DETECTION_LIMIT = Duration.ofSeconds(2);
    private static final int POOL_MAX = 4;

    private static EmbeddedDatabase database;
    private static Server server;
    private static Client nobody;
    private static Client olga;
    private static Client bob;

    @BeforeAll
    static void start() {
        database = EmbeddedDatabase.temporary();
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.putAll(Map.of(
                "MUSTER_OPERATORS", "other@example.org, Olga@Example.org,leaving@example.org,elsewhere@example.org",
                "MUSTER_URL", "https://muster.example.org/",
                "DB_POOL_MAX", String.valueOf(POOL_MAX),
                "DB_SLOW_STATEMENT_MS", "500"));
        server = Server.start(environment);
        server.awaitReady(Duration.ofMinutes(3));
        nobody = Client.anonymous(server.base());
        olga = signedUp("olga@example.org");
        bob = signedUp("bob@example.org");
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @AfterEach
    void restore() throws Exception {
        database.start();
        superuser("ALTER ROLE " + database.user() + " PASSWORD '" + database.password() + "'");
        try (var stream = new StatusStream(server.base(), olga)) {
            stream.await("the verdict to be well", System.nanoTime(), Duration.ofSeconds(30), level("well"));
        }
    }

    @Test
    void onlyConfiguredOperatorsHaveAccess() {
        assertThat(olga.get("/api/v1/me").json().getBoolean("operator")).isTrue();
        assertThat(bob.get("/api/v1/me").json().getBoolean("operator")).isFalse();

        assertThat(olga.get(PATH).status()).isEqualTo(200);
        assertThat(bob.get(PATH).status()).isEqualTo(403);
        assertThat(bob.get(PATH).string("type")).isEqualTo("/problems/forbidden");
        assertThat(nobody.get(PATH).status()).isEqualTo(401);
        assertThat(nobody.with("Authorization", "Bearer x").get(PATH).status()).isEqualTo(401);
    }

    @Test
    void theConfiguredAddressIsThatOfLinksWhateverTheRequestSays() {
        var forged = bob.with("X-Forwarded-Host", "evil.example").with("Forwarded", "host=evil.example;proto=http");

        assertThat(forged.post("/api/v1/groups", "{'name':'Linked','zone':'UTC'}")
                        .header("Location"))
                .startsWith("https://muster.example.org/api/v1/groups/");
        assertThat(forged.post("/api/v1/me/calendar-token").string("url"))
                .startsWith("https://muster.example.org/api/");
        assertThat(nobody.get("/").header("Strict-Transport-Security")).isNotNull();
    }

    @Test
    void aHeadRequestForTheStreamIsAnsweredAtOnce() {
        var answer = olga.with("Accept", "text/event-stream").send("HEAD", PATH, BodyPublishers.noBody());

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void operatorsWhoDoNotReadHoldNobodyUp() throws Exception {
        var stopped = new ArrayList<EventReader>();
        try (var stream = new StatusStream(server.base(), olga)) {
            for (var i = 0; i < 8; i++) {
                stopped.add(new EventReader(server.base(), PATH, olga));
            }
            stream.next();

            for (var i = 0; i < 5; i++) {
                var since = System.nanoTime();
                var event = stream.next();
                assertThat(Duration.ofNanos(event.at() - since)).isLessThan(Duration.ofSeconds(2));
            }
            for (var reader : stopped) {
                assertThat(reader.readUntil("event: ", Duration.ofSeconds(2))).isEqualTo("event: whole");
                assertThat(reader.readUntil("event: ", Duration.ofSeconds(2))).isEqualTo("event: news");
            }
        } finally {
            for (var reader : stopped) {
                reader.close();
            }
        }
    }

    @Test
    void anAccessTokenOfAnOperatorHasNoAccess() {
        var token = olga.post(
                        "/api/v1/me/tokens",
                        "{'name':'calendar','scopes':['read'],'expiresAt':'%s'}"
                                .formatted(java.time.Instant.now().plus(Duration.ofDays(1))))
                .string("token");

        assertThat(nobody.with("Authorization", "Bearer " + token).get(PATH).status())
                .isEqualTo(403);
    }

    @Test
    void theStatusIsComplete() throws Exception {
        bob.get("/api/v1/groups");
        try (var stream = new StatusStream(server.base(), olga)) {
            var now = stream.await(
                    "a request in the figures",
                    System.nanoTime(),
                    Duration.ofSeconds(5),
                    seen -> seen.getJsonObject("acquire")
                                    .getJsonObject("lastQuarter")
                                    .getInt("count")
                            > 0);

            assertThat(now.getJsonObject("verdict").getString("level")).isEqualTo("well");
            assertThat(now.getString("database")).isEqualTo("localhost:" + database.port() + "/muster");
            assertThat(now.getJsonObject("pool").getInt("max")).isEqualTo(POOL_MAX);
            assertThat(now.getJsonObject("pool").getInt("active")
                            + now.getJsonObject("pool").getInt("idle"))
                    .isBetween(2, POOL_MAX);
            assertThat(now.getJsonObject("acquire").getJsonObject("lastQuarter"))
                    .containsKeys("p50", "p95", "p99", "max");
            assertThat(now.getJsonObject("breaker").getString("state")).isEqualTo("closed");
            assertThat(now.getJsonObject("credentials").getString("user")).isEqualTo(database.user());
            assertThat(now.getJsonObject("credentials").getString("source")).isEqualTo("environment");
            assertThat(now.getJsonArray("checks").getValuesAs(JsonObject.class))
                    .extracting(check -> check.getString("name") + " " + check.getString("status"))
                    .containsExactly("server UP", "startup UP", "database UP");
        }
    }

    @Test
    void anEventIsSentEverySecond() throws Exception {
        try (var stream = new StatusStream(server.base(), olga)) {
            var whole = stream.next();
            assertThat(whole.name()).isEqualTo("whole");
            assertThat(whole.data()).containsKeys("history", "incidents", "slowStatements");
            var before = whole.at();
            for (var i = 0; i < 5; i++) {
                var event = stream.next();
                assertThat(event.name()).isEqualTo("news");
                assertThat(Duration.ofNanos(event.at() - before)).isLessThan(Duration.ofMillis(1_900));
                before = event.at();
            }
        }
    }

    @Test
    void anOutageAndItsEndAreReported() throws Exception {
        var leaving = signedUp("leaving@example.org");
        assertThat(leaving.get(PATH).status()).isEqualTo(200);
        try (var stream = new StatusStream(server.base(), olga)) {
            stream.next();
            database.stop();
            var down = stream.await("the outage", System.nanoTime(), DETECTION_LIMIT, level("down"));

            assertThat(down.getJsonObject("verdict").getString("cause")).isEqualTo("outage");
            assertThat(down.getJsonObject("breaker").getString("state")).isEqualTo("open");
            assertThat(down.getJsonArray("incidents").getJsonObject(0)).doesNotContainKey("ended");
            stream.await("readiness", System.nanoTime(), Duration.ofSeconds(5), seen -> !seen.getBoolean("ready"));
            assertThat(olga.get(PATH).json().getJsonObject("verdict").getString("sqlState"))
                    .isEqualTo("08001");
            assertThat(leaving.get(PATH).status()).isEqualTo(200);
            assertThat(nobody.get(PATH).status()).isEqualTo(401);
            var unknown = bob.get(PATH);
            assertThat(unknown.status()).isEqualTo(503);
            assertThat(unknown.string("reason")).contains("SQLSTATE 08001");
            assertThat(bob.get("/api/v1/groups").status()).isEqualTo(503);
            try (var another = new StatusStream(server.base(), olga)) {
                assertThat(another.next().name()).isEqualTo("whole");
            }

            database.start();
            var back = stream.await("its end", System.nanoTime(), DETECTION_LIMIT, level("well"));

            var incident = back.getJsonArray("incidents").getJsonObject(0);
            assertThat(incident.getString("cause")).isEqualTo("outage");
            assertThat(incident.getBoolean("down")).isTrue();
            assertThat(incident.getString("sqlState")).isNotEmpty();
            assertThat(incident.getJsonNumber("seconds").doubleValue()).isPositive();
            assertThat(incident.getInt("refused")).isPositive();
            assertThat(incident.getInt("lost")).isBetween(2, POOL_MAX);
        }
    }

    @Test
    void aSignedOutOperatorIsRefusedDuringAnOutage() throws Exception {
        var olgaElsewhere = signedIn("olga@example.org");
        assertThat(olgaElsewhere.get(PATH).status()).isEqualTo(200);
        assertThat(olgaElsewhere.delete("/api/v1/sessions").status()).isEqualTo(204);
        try (var stream = new StatusStream(server.base(), olga)) {
            database.stop();
            stream.await("readiness", System.nanoTime(), Duration.ofSeconds(5), seen -> !seen.getBoolean("ready"));

            assertThat(olgaElsewhere.get(PATH).status()).isEqualTo(503);
            assertThat(olga.get(PATH).status()).isEqualTo(200);
        }
    }

    @Test
    void signingOutClosesTheStream() throws Exception {
        var olgaElsewhere = signedIn("olga@example.org");
        try (var stream = new StatusStream(server.base(), olgaElsewhere)) {
            stream.next();
            assertThat(olgaElsewhere.delete("/api/v1/sessions").status()).isEqualTo(204);

            assertThat(stream.endsWithin(Duration.ofSeconds(3))).isTrue();
        }
    }

    /** The database itself stands for another node. */
    @Test
    void aSessionThatEndsOnAnotherNodeEndsHereWithinSeconds() throws Exception {
        var elsewhere = signedUp("elsewhere@example.org");
        var id = elsewhere.id();
        assertThat(olga.get(PATH).status()).isEqualTo(200);
        try (var stream = new StatusStream(server.base(), elsewhere)) {
            stream.next();

            superuser("DELETE FROM user_session WHERE user_id = '" + id + "'");

            assertThat(stream.endsWithin(Duration.ofSeconds(8))).isTrue();
        }
        try (var stream = new StatusStream(server.base(), olga)) {
            database.stop();
            stream.await("readiness", System.nanoTime(), Duration.ofSeconds(5), seen -> !seen.getBoolean("ready"));

            assertThat(elsewhere.get(PATH).status()).isEqualTo(503);
            assertThat(olga.get(PATH).status()).isEqualTo(200);
        }
    }

    @Test
    void aRefusedLoginIsReported() throws Exception {
        try (var stream = new StatusStream(server.base(), olga)) {
            stream.next();
            superuser("ALTER ROLE " + database.user() + " PASSWORD 'another'");
            terminateBackends();
            var down = stream.await("the refusal", System.nanoTime(), DETECTION_LIMIT, level("down"));

            assertThat(down.getJsonObject("verdict").getString("sqlState")).isEqualTo("28P01");
            assertThat(down.getJsonObject("credentials").getInt("refused")).isPositive();
        }
    }

    @Test
    void lostConnectionsAreReported() throws Exception {
        try (var stream = new StatusStream(server.base(), olga)) {
            stream.next();
            terminateBackends();
            stream.await("the loss", System.nanoTime(), DETECTION_LIMIT, cause("connections-lost"));

            var back = stream.await("its end", System.nanoTime(), Duration.ofSeconds(8), level("well"));

            var incident = back.getJsonArray("incidents").getJsonObject(0);
            assertThat(incident.getString("cause")).isEqualTo("connections-lost");
            assertThat(incident.getBoolean("down")).isFalse();
            assertThat(incident.getInt("lost")).isBetween(1, POOL_MAX);
            assertThat(incident.getJsonNumber("seconds").doubleValue()).isLessThan(2);
        }
    }

    @Test
    void anExhaustedPoolIsReportedWithItsUsers() throws Exception {
        var group = bob.post("/api/v1/groups", "{'name':'Locked','zone':'UTC'}").id();
        Callable<Answer> archive = () -> bob.post("/api/v1/groups/" + group + "/archive");
        var executor = Executors.newFixedThreadPool(POOL_MAX + 2);
        try (var stream = new StatusStream(server.base(), olga);
                var connection = database.connect()) {
            stream.next();
            connection.setAutoCommit(false);
            connection.createStatement().execute("SELECT 1 FROM user_group FOR UPDATE");
            var answers = IntStream.range(0, POOL_MAX + 2)
                    .mapToObj(i -> executor.submit(archive))
                    .toList();
            var exhausted = stream.await("the exhaustion", System.nanoTime(), DETECTION_LIMIT, cause("pool-exhausted"));

            assertThat(exhausted.getJsonObject("pool").getInt("waiting")).isPositive();
            assertThat(olga.get(PATH).status()).isEqualTo(200);
            stream.await(
                    "who has the connections",
                    System.nanoTime(),
                    DETECTION_LIMIT,
                    seen -> inUse(seen).stream().filter("Groups.lock"::equals).count() == POOL_MAX);
            connection.rollback();
            var back = stream.await("its end", System.nanoTime(), DETECTION_LIMIT, level("well"));

            for (var answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
            assertThat(back.getJsonArray("incidents").getJsonObject(0).getString("cause"))
                    .isEqualTo("pool-exhausted");
            var slow = back.getJsonObject("slowStatements");
            assertThat(slow.getJsonNumber("from").doubleValue()).isEqualTo(0.5);
            assertThat(slow.getJsonArray("last").getValuesAs(JsonObject.class)).anySatisfy(statement -> {
                assertThat(statement.getString("name")).isEqualTo("Groups.lock");
                assertThat(statement.getJsonNumber("seconds").doubleValue()).isBetween(0.5, 30.0);
            });
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void noSecretIsExposed() throws Exception {
        try (var stream = new StatusStream(server.base(), olga)) {
            stream.next();
            superuser("ALTER ROLE " + database.user() + " PASSWORD 'another'");
            terminateBackends();
            stream.await("the refusal", System.nanoTime(), Duration.ofSeconds(10), level("down"));

            assertThat(stream.all() + olga.get(PATH).body())
                    .contains(database.user())
                    .doesNotContain(database.password())
                    .doesNotContain("another")
                    .doesNotContain("correct horse")
                    .doesNotContain(olga.header("Authorization").substring("Bearer ".length()))
                    .doesNotContain("example.org");
        }
    }

    private static Predicate<JsonObject> level(String level) {
        return seen -> seen.getJsonObject("verdict").getString("level").equals(level);
    }

    private static Predicate<JsonObject> cause(String cause) {
        return seen -> seen.getJsonObject("verdict").getString("cause", "").equals(cause);
    }

    private static List<String> inUse(JsonObject seen) {
        return seen.getJsonArray("inUse").stream()
                .map(JsonValue::asJsonObject)
                .map(use -> use.getString("by"))
                .toList();
    }

    private static Client signedUp(String email) {
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Somebody','zone':'UTC'}".formatted(email));
        return signedIn(email);
    }

    private static Client signedIn(String email) {
        var session = nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private static void terminateBackends() throws SQLException {
        superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'");
    }

    private static void superuser(String statement) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }
}
