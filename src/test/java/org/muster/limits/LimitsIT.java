package org.muster.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** What exceeds a limit is refused, and others notice nothing. */
@ExtendWith(RunningMuster.class)
class LimitsIT {
    private static final String GROUP = "{'name':'Limited','zone':'UTC','visibility':'public'}";

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final URI base;

    LimitsIT(Client nobody, EmbeddedDatabase database, URI base) {
        this.nobody = nobody;
        this.database = database;
        this.base = base;
    }

    @Test
    void anAccountCreatesAHundredGroupsADayHoweverManyAtOnce() throws SQLException {
        var ann = nobody.signedUp("Ann");
        used(RateLimit.GROUPS, ann.id(), 92);

        var answers =
                Client.atOnce(Collections.nCopies(16, (Callable<Answer>) () -> ann.post("/api/v1/groups", GROUP)));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(8);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 429)
                .hasSize(8)
                .allSatisfy(refused -> assertThat(Integer.parseInt(refused.header("Retry-After")))
                        .isBetween(1, 86_400));
        assertThat(nobody.signedUp("Bob").post("/api/v1/groups", GROUP).status())
                .isEqualTo(201);
        assertThat(nobody.get("/metrics").body()).contains("muster_limits_refused_total{limit=\"groups\"}");
    }

    @Test
    void aRefusedGroupIsNotCounted() throws SQLException {
        var ann = nobody.signedUp("Ann");
        used(RateLimit.GROUPS, ann.id(), 99);

        assertThat(ann.post("/api/v1/groups", "{'name':'','zone':'UTC'}").status())
                .isEqualTo(422);

        assertThat(ann.post("/api/v1/groups", GROUP).status()).isEqualTo(201);
        assertThat(ann.post("/api/v1/groups", GROUP).status()).isEqualTo(429);
    }

    @Test
    void deletionsOfGroupsAreLimited() throws SQLException {
        var ann = nobody.signedUp("Ann");
        var path = "/api/v1/groups/" + ann.post("/api/v1/groups", GROUP).id();
        used(RateLimit.GROUP_DELETIONS, ann.id(), 100);

        var refused = ann.with("If-Match", "*").delete(path + "?name=Limited");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(ann.get(path).status()).isEqualTo(200);
        used(RateLimit.GROUP_DELETIONS, ann.id(), 99);
        assertThat(ann.with("If-Match", "*").delete(path + "?name=Limited").status())
                .isEqualTo(204);
    }

    @Test
    void invitationsAreLimited() throws SQLException {
        var ann = nobody.signedUp("Ann");
        var path = "/api/v1/groups/" + ann.post("/api/v1/groups", GROUP).id() + "/invitations";
        used(RateLimit.INVITATIONS, ann.id(), 1_000);

        assertThat(ann.post(path, "{}").status()).isEqualTo(429);
    }

    @Test
    void accountsAreLimitedByAddress() throws SQLException {
        var address = "127.0.0.1";
        used(RateLimit.LOCAL_ACCOUNTS, address, 10_000);
        try {
            var refused = nobody.post("/api/v1/users", account());

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isNotNull();
        } finally {
            used(RateLimit.LOCAL_ACCOUNTS, address, 0);
        }
        assertThat(nobody.post("/api/v1/users", account()).status()).isEqualTo(201);
    }

    @Test
    void aFloodOfPasswordsIsRefusedAndOthersAreServed() throws Exception {
        var ann = nobody.signedUp("Ann");
        var executor = Executors.newFixedThreadPool(100);
        try {
            var flood = IntStream.range(0, 100)
                    .mapToObj(i -> executor.submit(() -> nobody.post("/api/v1/users", account())))
                    .toList();
            assertThat(ann.get("/api/v1/me").status()).isEqualTo(200);
            assertThat(flood).anyMatch(answer -> !answer.isDone());

            var refused = 0;
            for (var answer : flood) {
                if (answer.get().status() == 503) {
                    refused++;
                    assertThat(answer.get().header("Retry-After")).isEqualTo("1");
                } else {
                    assertThat(answer.get().status()).isEqualTo(201);
                }
            }
            assertThat(refused).isPositive();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aBurstWaits() throws Exception {
        Callable<Answer> read = () -> nobody.get("/api/v1/groups");

        assertThat(Client.atOnce(Collections.nCopies(450, read)))
                .extracting(Answer::status)
                .containsOnly(200);
        if (!Server.tellsWhatHasArrived()) {
            return;
        }
        var ann = nobody.signedUp("Ann");
        Callable<Answer> write = () -> ann.patch("/api/v1/me", "{'displayName':'Anna'}");
        assertThat(Client.atOnce(Collections.nCopies(200, write)))
                .extracting(Answer::status)
                .containsOnly(200);
    }

    @Test
    void aUserImportsTwoGroupsAtOnceAndAFewWait() throws Exception {
        var ann = nobody.signedUp("Ann");
        var exported = ann.get(
                        "/api/v1/groups/" + ann.post("/api/v1/groups", GROUP).id() + "/export")
                .body();
        var executor = Executors.newFixedThreadPool(11);
        try (var connection = database.connectAsSuperuser();
                var lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("LOCK TABLE user_group IN EXCLUSIVE MODE");
            Callable<Integer> importing =
                    () -> ann.post("/api/v1/groups/import", exported).status();
            var answers = new ExecutorCompletionService<Integer>(executor);
            for (var i = 0; i < 11; i++) {
                answers.submit(importing);
            }

            assertThat(answers.take().get()).isEqualTo(429);
            await(
                    "two",
                    Duration.ofSeconds(5),
                    () -> database.sessions("application_name = 'muster' AND wait_event_type = 'Lock'") == 2);
            connection.rollback();

            // The group exists.
            for (var i = 0; i < 10; i++) {
                assertThat(answers.take().get()).isEqualTo(409);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void calendarsAreBoundedAndThoseWhoDoNotReadThemHoldNobodyUp() throws Exception {
        var ann = nobody.signedUp("Ann");
        var id = ann.post("/api/v1/groups", GROUP).id();
        var path = "/api/v1/groups/" + id + "/calendar.ics";
        fill(id, 5_000);
        var sockets = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 12; i++) {
                sockets.add(reader(path, "127.0.0.1"));
            }
            var executor = Executors.newFixedThreadPool(30);
            try {
                var answers = IntStream.range(0, 30)
                        .mapToObj(any -> executor.submit(() -> nobody.get(path).status()))
                        .toList();
                var statuses = new ArrayList<Integer>();
                for (var answer : answers) {
                    statuses.add(answer.get());
                }
                assertThat(statuses).contains(429).isSubsetOf(200, 429);
            } finally {
                executor.shutdownNow();
            }

            var small = ann.post("/api/v1/groups", GROUP).id();
            assertThat(nobody.get("/api/v1/groups/" + small + "/calendar.ics").status())
                    .isEqualTo(200);
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
        await("a free place", Duration.ofSeconds(40), () -> nobody.get(path).status() == 200);
        var calendar = nobody.get(path).body();
        assertThat(calendar.length()).isLessThan(8 << 20);
        assertThat(calendar.split("BEGIN:VEVENT", -1)).hasSize(5_001);
        assertThat(calendar).endsWith("END:VCALENDAR\r\n");
    }

    @Test
    void thoseWhoDoNotReadLargeResponsesHoldNobodyUp() throws Exception {
        var ann = nobody.signedUp("Ann");
        var id = ann.post("/api/v1/groups", GROUP).id();
        var path = "/api/v1/groups/" + id + "/activities?limit=100";
        fill(id, 100);
        assertThat(nobody.get(path).body().length()).isGreaterThan(1 << 20);
        var sockets = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 80; i++) {
                sockets.add(reader(path, "127.0.0.2"));
            }
            var refused = new AtomicReference<String>("");
            await("a refusal", Duration.ofSeconds(20), () -> {
                for (var socket : sockets) {
                    var arrived = arrived(socket);
                    if (arrived.startsWith("HTTP/1.1 429")) {
                        refused.set(arrived);
                    }
                }
                return !refused.get().isEmpty();
            });
            assertThat(refused.get())
                    .containsIgnoringCase("\r\nRetry-After: ")
                    .containsIgnoringCase("\r\nContent-Type: application/problem+json")
                    .doesNotContainIgnoringCase("\r\nETag:");

            assertThat(nobody.get("/api/v1/groups/" + id).status()).isEqualTo(200);
            assertThat(nobody.get(path).json().getJsonArray("items")).hasSize(100);
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    /** A client that sends a request, and reads nothing. */
    private Socket reader(String path, String from) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", base.getPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** What there is to read, which may be nothing. */
    private static String arrived(Socket socket) throws IOException {
        var input = socket.getInputStream();
        return new String(input.readNBytes(Math.min(input.available(), 1_000)), StandardCharsets.US_ASCII);
    }

    @Test
    void activitiesOfAGroupAreBounded() throws Exception {
        var ann = nobody.signedUp("Ann");
        var id = ann.post("/api/v1/groups", GROUP).id();
        fill(id, 100_000);

        var refused = ann.post(
                "/api/v1/groups/" + id + "/activities",
                "{'title':'One more','startsLocal':'2090-06-01T10:00','durationMinutes':60}");
        assertThat(refused.string("type")).isEqualTo("/problems/too-many-activities");
        assertThat(refused.string("detail")).contains("100,000 activities");
    }

    /** The first with descriptions of 40,000 bytes. */
    private void fill(UUID group, int activities) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var insert = connection.prepareStatement("""
                        INSERT INTO activity (title, description, place, online_url, starts_local, zone, duration_minutes,
                               guests_allowed, waitlist, visibility, starts_at, tzdb_version, group_id, activity_id, state,
                               published_at)
                        SELECT 'Long', repeat(chr(128690), CASE WHEN n > 300 THEN 10 ELSE 10000 END), '', '', start, 'UTC', 60, 0,
                               false, 'public', start, '2026a', ?, gen_random_uuid(), 'published', now()
                          FROM (SELECT n, date_trunc('day', now())::timestamp + make_interval(hours => n) AS start
                                  FROM generate_series(1, ?) AS n) AS planned
                        """)) {
            insert.setObject(1, group);
            insert.setInt(2, activities);
            insert.executeUpdate();
        }
    }

    private void used(RateLimit limit, Object whose, int times) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var insert = connection.prepareStatement("""
                        INSERT INTO limit_use (key, uses, resets_at)
                        VALUES (sha256(convert_to(?, 'UTF8')), ?, now() + interval '1 day')
                            ON CONFLICT (key) DO UPDATE SET uses = EXCLUDED.uses
                        """)) {
            insert.setString(1, limit.metric() + "\n" + whose);
            insert.setInt(2, times);
            insert.executeUpdate();
        }
    }

    private static String account() {
        return "{'email':'limits-%s@example.org','password':'correct horse','displayName':'Ann','zone':'UTC'}"
                .formatted(UUID.randomUUID());
    }
}
