package org.muster.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.EventReader;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class StreamsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final URI base;
    private final Client olga;
    private final Client ann;
    private final String group;

    StreamsIT(Client nobody, EmbeddedDatabase database, URI base) {
        this.nobody = nobody;
        this.database = database;
        this.base = base;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Streamed','zone':'UTC','joinPolicy':'open','visibility':'public'}")
                        .id();
        ann.put(group + "/members/me");
    }

    @Test
    void changesArriveAsTheyHappen() throws Exception {
        try (var stream = new Following(olga, null)) {
            stream.awaitLine(": following");
            change();
            stream.awaitEvent();

            var since = System.nanoTime();
            change();
            var event = stream.awaitEvent();

            assertThat((System.nanoTime() - since) / 1e9).isLessThan(1);
            assertThat(event.data).contains("\"kind\":\"activity\"", "\"action\":\"created\"");
            assertThat(olga.get(group + "/changes?after=" + event.id).items()).isEmpty();
        }
    }

    @Test
    void whoComesBackMissesNothingAndHearsNothingTwice() throws Exception {
        var all = new ArrayList<String>();
        var first = olga.get(group + "/changes?after=now").string("next");
        var executor = Executors.newFixedThreadPool(2);
        try {
            var writing = executor.submit(() -> IntStream.range(0, 60).forEach(i -> change()));
            var last = first;
            while (all.size() < 60) {
                try (var stream = new Following(olga, last)) {
                    for (var i = 0; i < 7 && all.size() < 60; i++) {
                        var event = stream.awaitEvent();
                        all.add(event.data);
                        last = event.id;
                    }
                }
            }
            writing.get();
        } finally {
            executor.shutdownNow();
        }

        assertThat(all).isEqualTo(dataAfter(first)).doesNotHaveDuplicates();
    }

    @Test
    void aChangeThatNobodyWasNotifiedOfArrivesToo() throws Exception {
        var first = olga.get(group + "/changes?after=now").string("next");
        try (var stream = new Following(olga, first)) {
            awaitListening();
            sql("WITH changed AS (UPDATE user_group SET description = 'Unannounced' WHERE group_id = '"
                    + group.substring(group.lastIndexOf('/') + 1) + "' RETURNING 1) SELECT count(*) FROM changed");

            assertThat(stream.awaitEvent().data).isEqualTo(dataAfter(first).get(0));
        }
    }

    @Test
    void nothingIsLostWhenTheListeningConnectionIs() throws Exception {
        var first = olga.get(group + "/changes?after=now").string("next");
        try (var stream = new Following(olga, first)) {
            var all = new ArrayList<String>();
            for (var i = 0; i < 30; i++) {
                change();
                if (i % 10 == 5) {
                    awaitListening();
                    sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE application_name = 'muster-listen'");
                }
            }
            while (all.size() < 30) {
                all.add(stream.awaitEvent().data);
            }

            assertThat(all).isEqualTo(dataAfter(first));
        }
    }

    @Test
    void whoIsRemovedHearsNoMore() throws Exception {
        try (var stream = new Following(ann, null)) {
            stream.awaitLine(": following");
            change();

            olga.delete(group + "/members/" + ann.id());

            stream.awaitEnd();
        }
        assertThat(new Following(ann, null).status()).isEqualTo(403);
    }

    @Test
    void whoIsRemovedWhileTheirStreamOpensHearsNoMore() throws Exception {
        var last = ann.get(group + "/changes?after=now").string("next");
        try (var connection = database.connectAsSuperuser();
                var lock = connection.createStatement();
                var stream = new Following(ann, last)) {
            connection.setAutoCommit(false);
            // Until it is gone, nobody catches up.
            lock.execute("LOCK TABLE group_change IN ACCESS EXCLUSIVE MODE");
            stream.awaitLine(": following");

            lock.execute("DELETE FROM membership WHERE user_id = '%s'".formatted(ann.id()));
            connection.commit();

            stream.awaitEnd();
        }
    }

    @Test
    void membersHearNothingOfDrafts() throws Exception {
        try (var stream = new Following(ann, null)) {
            stream.awaitLine(": following");
            change();
            nobody.signedUp("Bob").put(group + "/members/me");

            assertThat(stream.awaitEvent().data).contains("\"kind\":\"member\"");
        }
    }

    @Test
    void anActivityIsFollowedByWhoMaySeeItWithoutWhoSignsUp() throws Exception {
        var bob = nobody.signedUp("Bob");
        var hike = published();
        var other = published();
        try (var stream = new Following(bob, hike + "/changes", null)) {
            stream.awaitLine(": following");

            signUp(ann, other);
            signUp(ann, hike);
            var signedUp = stream.awaitEvent();
            olga.post(hike + "/cancel");
            var cancelled = stream.awaitEvent();

            assertThat(signedUp.data)
                    .contains("\"kind\":\"signup\"", "\"id\":null", hike.substring(hike.lastIndexOf('/') + 1));
            assertThat(cancelled.data).contains("\"kind\":\"activity\"");
        }
    }

    @Test
    void anActivityIsFollowedByWhoAcceptsAnything() throws Exception {
        var hike = published();
        try (var reader = new EventReader(base, hike + "/changes", ann, "*/*")) {
            // Nothing keeps or collects events.
            assertThat(reader.readUntil("Cache-Control: ", PATIENCE)).contains("no-store", "no-transform");
            reader.readUntil(": following", PATIENCE);

            signUp(ann, hike);

            assertThat(reader.readUntil("data: ", PATIENCE)).contains("\"kind\":\"signup\"");
        }
    }

    @Test
    void whoMayNotSeeAnActivityAnyMoreHearsNoMoreOfIt() throws Exception {
        var bob = nobody.signedUp("Bob");
        var hike = published();
        try (var stream = new Following(bob, hike + "/changes", null)) {
            stream.awaitLine(": following");

            olga.with("If-Match", olga.get(hike).header("ETag")).patch(hike, "{'visibility':'group'}");

            stream.awaitEnd();
        }
        assertThat(new Following(bob, hike + "/changes", null).status()).isEqualTo(404);
        assertThat(new Following(nobody.with("Authorization", "Bearer x"), hike + "/changes", null).status())
                .isEqualTo(401);
    }

    @Test
    void whoMayNotReadTheFeedMayNotFollowIt() {
        assertThat(new Following(nobody.with("Authorization", "Bearer x"), null).status())
                .isEqualTo(401);
        assertThat(new Following(nobody.signedUp("Bob"), null).status()).isEqualTo(403);
        assertThat(new Following(olga, "Zm9v").status()).isEqualTo(400);
    }

    @Test
    void aUserHasTenStreams() throws Exception {
        var member = Organizers.of(database, nobody, group, 1).get(0);
        var streams = new ArrayList<Following>();
        try {
            for (var i = 0; i < 10; i++) {
                streams.add(new Following(member, null));
            }
            for (var stream : streams) {
                stream.awaitLine(": following");
            }

            var refused = member.with("Accept", "text/event-stream").get(group + "/changes");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("10");
            try (var other = new Following(olga, null)) {
                other.awaitLine(": following");
            }
            // The place of a client that has gone is free.
            streams.remove(0).close();
            try (var next = new Following(member, null)) {
                next.awaitLine(": following");
            }
        } finally {
            streams.forEach(Following::close);
        }
    }

    @Test
    void whoSignsOutHearsNoMore() throws Exception {
        var here = nobody.signedUp("Here");
        here.put(group + "/members/me");
        try (var stream = new Following(here, null)) {
            stream.awaitLine(": following");
            awaitListening();

            var since = System.nanoTime();
            here.delete("/api/v1/sessions");
            stream.awaitEnd();

            assertThat((System.nanoTime() - since) / 1e9).isLessThan(2);
        }
    }

    @Test
    void anExpiredSessionHearsNoMore() throws Exception {
        var here = nobody.signedUp("Here");
        here.put(group + "/members/me");
        try (var stream = new Following(here, null);
                var other = new Following(olga, null)) {
            stream.awaitLine(": following");
            other.awaitLine(": following");
            awaitListening();

            sql("WITH expired AS (UPDATE user_session SET expires_at = now() WHERE user_id = '" + here.id()
                    + "' RETURNING 1) SELECT count(*) FROM expired");

            stream.awaitEnd();
            change();
            other.awaitEvent();
        }
    }

    @Test
    void whoMayOnlySetUpASecondFactorHearsNoMore() throws Exception {
        var here = nobody.signedUp("Here");
        here.put(group + "/members/me");
        try (var stream = new Following(here, null)) {
            stream.awaitLine(": following");
            awaitListening();

            sql("WITH ended AS (UPDATE user_session SET scopes = '' WHERE user_id = '" + here.id()
                    + "' RETURNING 1) SELECT count(*) FROM ended");

            stream.awaitEnd();
        }
    }

    @Test
    void aNewPasswordEndsTheStreamsOfOtherSessionsOnly() throws Exception {
        var email = "streams-" + System.nanoTime() + "@example.org";
        nobody.post(
                "/api/v1/users",
                "{'email':'" + email + "','password':'correct horse','displayName':'Sam','zone':'UTC'}");
        var here = signedIn(email);
        var there = signedIn(email);
        here.put(group + "/members/me");
        // Others do not hear of drafts.
        olga.patch(group + "/members/" + here.id(), "{'role':'organizer'}");
        try (var kept = new Following(here, null);
                var ended = new Following(there, null)) {
            kept.awaitLine(": following");
            ended.awaitLine(": following");
            awaitListening();

            here.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");

            ended.awaitEnd();
            change();
            kept.awaitEvent();
        }
    }

    private Client signedIn(String email) {
        var session = nobody.post("/api/v1/sessions", "{'email':'" + email + "','password':'correct horse'}");
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    @Test
    void aHeadIsAnsweredAtOnce() {
        for (var followed : List.of(group, published())) {
            var answer = olga.with("Accept", "text/event-stream")
                    .send("HEAD", followed + "/changes", BodyPublishers.noBody());

            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void aThousandIdleListenersNeedOneConnection() throws Exception {
        var before = connections("application_name LIKE 'muster%'");
        var streams = new ArrayList<Following>();
        try {
            // Ten at once: more requests than the server admits would be refused.
            for (var member : Organizers.of(database, nobody, group, 100)) {
                var own = new ArrayList<Following>();
                for (var i = 0; i < 10; i++) {
                    own.add(new Following(member, null));
                }
                streams.addAll(own);
                for (var stream : own) {
                    stream.awaitLine(": following");
                }
            }

            assertThat(connections("application_name = 'muster-listen'")).isEqualTo(1);
            await(
                    "no session at work",
                    Duration.ofSeconds(5),
                    () -> connections("application_name LIKE 'muster%' AND state <> 'idle'") == 0);
            var since = System.nanoTime();
            assertThat(olga.get(group).status()).isEqualTo(200);
            assertThat((System.nanoTime() - since) / 1e9).isLessThan(1);
            change();
            for (var stream : streams) {
                stream.awaitEvent();
            }
            System.out.printf(
                    "1,000 listeners: %d connections before, %d with them%n",
                    before, connections("application_name LIKE 'muster%'"));
        } finally {
            streams.forEach(Following::close);
        }
    }

    /** One event that came. */
    private record Event(String id, String data) {}

    /** An open stream. */
    private final class Following implements AutoCloseable {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final CompletableFuture<HttpResponse<Stream<String>>> response;
        private volatile boolean ended;
        private String id;

        Following(Client client, String last) {
            this(client, group + "/changes", last);
        }

        Following(Client client, String path, String last) {
            var request = HttpRequest.newBuilder(base.resolve(path))
                    .header("Accept", "text/event-stream")
                    .header("Authorization", client.header("Authorization"));
            if (last != null) {
                request.header("Last-Event-ID", last);
            }
            response = HTTP.sendAsync(request.build(), BodyHandlers.ofLines());
            response.thenAcceptAsync(answer -> read(answer.body()), command -> {
                var thread = new Thread(command, "stream");
                thread.setDaemon(true);
                thread.start();
            });
        }

        private void read(Stream<String> body) {
            try {
                body.forEach(lines::add);
            } catch (RuntimeException hungUp) {
                // The end, as below.
            }
            ended = true;
        }

        int status() {
            return response.join().statusCode();
        }

        void awaitLine(String wanted) throws InterruptedException {
            String line;
            do {
                line = lines.poll(20, TimeUnit.SECONDS);
                assertThat(line).as("waiting for " + wanted).isNotNull();
            } while (!line.equals(wanted));
        }

        Event awaitEvent() throws InterruptedException {
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (true) {
                var line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(line).as("waiting for an event").isNotNull();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                }
                if (line.startsWith("data: ")) {
                    return new Event(id, line.substring(6));
                }
            }
        }

        void awaitEnd() {
            await("the end of the stream", PATIENCE, () -> ended);
        }

        @Override
        public void close() {
            response.thenAccept(answer -> answer.body().close());
            response.cancel(true);
        }
    }

    private String published() {
        var path = group + "/activities/"
                + olga.post(
                                group + "/activities",
                                "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60,'visibility':'public'}")
                        .id();
        assertThat(olga.post(path + "/publish").status()).isEqualTo(200);
        return path;
    }

    private static void signUp(Client client, String activity) {
        var answer = client.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':0}"));
        assertThat(answer.status()).isEqualTo(201);
    }

    private void change() {
        assertThat(olga.post(
                                group + "/activities",
                                "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60}")
                        .status())
                .isEqualTo(201);
    }

    private List<String> dataAfter(String cursor) {
        return olga.get(group + "/changes?limit=100&after=" + cursor).items().stream()
                .map(Object::toString)
                .toList();
    }

    private void awaitListening() {
        await("somebody listening", PATIENCE, () -> connections("application_name = 'muster-listen'") > 0);
    }

    private int connections(String condition) throws SQLException {
        return sql("SELECT count(*) FROM pg_stat_activity WHERE " + condition);
    }

    private int sql(String query) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
