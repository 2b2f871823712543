package org.muster.feed;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class FeedIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client olga;
    private final Client ann;
    private final String group;

    FeedIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Followed','zone':'UTC','joinPolicy':'open','visibility':'public'}")
                        .id();
        ann.put(group + "/members/me");
    }

    @Test
    void programsFollowWhatChanges() {
        var before = ann.get(group + "/changes?after=now").string("next");
        var activity = activity();
        olga.post(activity + "/publish");
        ann.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", Client.json("{}"));

        var changes = ann.get(group + "/changes?after=" + before);

        assertThat(changes.items())
                .extracting(change -> change.getString("kind") + " " + change.getString("action"))
                .containsExactly("activity updated", "signup created");
        assertThat(changes.items().get(1).getString("id")).isEqualTo(ann.id().toString());
        assertThat(activity).endsWith(changes.items().get(1).getString("activityId"));
        assertThat(changes.json().getBoolean("more")).isFalse();
        assertThat(olga.get(group + "/changes?after=" + before).items()).hasSize(3);
        assertThat(ann.get(group + "/changes?after=" + changes.string("next")).items())
                .isEmpty();
        assertThat(nobody.get(group + "/changes").status()).isEqualTo(401);
        assertThat(nobody.signedUp("Bob").get(group + "/changes").status()).isEqualTo(403);
        assertThat(ann.get(group + "/changes?after=Zm9v").status()).isEqualTo(400);
    }

    @Test
    void noCommitWaitsForTheLockOfANotification() throws Exception {
        try (var blocked = new BlockedNotifications(database)) {
            assertThat(olga.with("If-Match", "*")
                            .patch(group, "{'description':'Not held up'}")
                            .status())
                    .isEqualTo(200);
            assertThat(blocked.held()).isTrue();
        }
    }

    @Test
    void whoIsGoneIsATombstone() {
        var bob = nobody.signedUp("Bob");
        bob.put(group + "/members/me");
        var before = ann.get(group + "/changes?after=now").string("next");

        olga.patch(group + "/members/" + bob.id(), "{'state':'banned'}");
        olga.delete(group + "/members/" + bob.id());

        assertThat(ann.get(group + "/changes?after=" + before).items())
                .extracting(change -> change.getString("kind") + " " + change.getString("action"))
                .containsExactly("member deleted");
    }

    @Test
    void theFeedCanBeReadInPages() {
        for (var i = 0; i < 3; i++) {
            activity();
        }
        var all = olga.get(group + "/changes?limit=100").items();
        var pages = new ArrayList<JsonObject>();
        var answer = olga.get(group + "/changes?limit=2");
        pages.addAll(answer.items());
        while (answer.json().getBoolean("more")) {
            answer = olga.get(group + "/changes?limit=2&after=" + answer.string("next"));
            pages.addAll(answer.items());
        }

        assertThat(pages).isEqualTo(all).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void aLateCommitIsNotSkipped() throws Exception {
        var before = olga.get(group + "/changes?after=now").string("next");
        try (var early = database.connect()) {
            early.setAutoCommit(false);
            insertInSql(early);
            ann.delete(group + "/members/me");

            var meanwhile = olga.get(group + "/changes?after=" + before);
            early.commit();
            var afterwards = olga.get(group + "/changes?after=" + meanwhile.string("next"));

            assertThat(meanwhile.items()).isEmpty();
            assertThat(afterwards.items())
                    .extracting(change -> change.getString("kind"))
                    .containsExactly("series", "member");
        }
    }

    @Test
    void underManyWritersEveryChangeIsReadExactlyOnce() throws Exception {
        var cursor = olga.get(group + "/changes?after=now").string("next");
        var writing = new AtomicBoolean(true);
        var executor = Executors.newFixedThreadPool(8);
        var read = new ArrayList<String>();
        try {
            var writers = new ArrayList<java.util.concurrent.Future<?>>();
            for (var i = 0; i < 8; i++) {
                writers.add(executor.submit(() -> {
                    for (var k = 0; k < 30; k++) {
                        insertInSql(k % 5);
                    }
                    return null;
                }));
            }
            var done = executor.submit(() -> {});
            while (writing.get()) {
                writing.set(writers.stream().anyMatch(writer -> !writer.isDone()));
                cursor = readAll(cursor, read);
            }
            done.get();
            for (var writer : writers) {
                writer.get();
            }
        } finally {
            executor.shutdownNow();
        }
        readAll(cursor, read);

        assertThat(read).hasSize(240).doesNotHaveDuplicates();
    }

    @Test
    void whatComesFromARestoredDatabaseIsNotHeldBack() throws Exception {
        var restored = UUID.randomUUID();
        try (var connection = database.connect();
                var insert = connection.prepareStatement("""
                        INSERT INTO group_change (group_id, epoch, txid, kind, entity_id, action, audience)
                        VALUES (?::uuid, 0, '9000000000000000000', 'member', ?, 'created', 'members')
                        """)) {
            insert.setString(1, group.substring(group.lastIndexOf('/') + 1));
            insert.setObject(2, restored);
            insert.executeUpdate();
        }

        assertThat(ann.get(group + "/changes?limit=1").items().get(0).getString("id"))
                .isEqualTo(restored.toString());
    }

    @Test
    void peopleAreToldWhatConcernsThem() {
        var activity = activity();
        olga.post(activity + "/publish");
        ann.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", Client.json("{}"));
        olga.post(activity + "/cancel");
        olga.delete(group + "/members/" + ann.id());

        var told = ann.get("/api/v1/me/notifications?limit=1");
        var more = ann.get("/api/v1/me/notifications?limit=1&cursor=" + told.string("next"));

        assertThat(told.items().get(0).getString("kind")).isEqualTo("member.removed");
        assertThat(told.items().get(0).isNull("readAt")).isTrue();
        assertThat(more.items().get(0).getString("kind")).isEqualTo("activity.cancelled");
        assertThat(activity).endsWith(more.items().get(0).getString("activityId"));

        ann.post(
                "/api/v1/me/notifications/read",
                "{'upTo':'" + more.items().get(0).getString("id") + "'}");
        assertThat(ann.get("/api/v1/me/notifications?unread=true").items()).hasSize(1);
        ann.post("/api/v1/me/notifications/read", "{}");
        assertThat(ann.get("/api/v1/me/notifications?unread=true").items()).isEmpty();
        assertThat(ann.get("/api/v1/me/notifications").items()).hasSize(2);
        assertThat(ann.post("/api/v1/me/notifications/read", "{'upTo':'x'}").status())
                .isEqualTo(422);
        assertThat(nobody.get("/api/v1/me/notifications").status()).isEqualTo(401);
    }

    @Test
    void ownersSeeWhoDidWhat() {
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");
        ann.post(group + "/activities", "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60}");

        var audit = olga.get(group + "/audit").items();

        assertThat(audit)
                .extracting(entry -> entry.getString("action"))
                .containsExactly("activity.created", "member.made-organizer", "member.joined", "group.created");
        assertThat(audit.get(0).getString("actorId")).isEqualTo(ann.id().toString());
        assertThat(audit.get(1).getString("userId")).isEqualTo(ann.id().toString());
        assertThat(ann.get(group + "/audit").status()).isEqualTo(403);
        assertThat(nobody.get(group + "/audit").status()).isEqualTo(401);
    }

    private String activity() {
        return group + "/activities/"
                + olga.post(
                                group + "/activities",
                                "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60}")
                        .id();
    }

    private String readAll(String cursor, List<String> read) {
        var answer = olga.get(group + "/changes?limit=7&after=" + cursor);
        answer.items().forEach(change -> read.add(change.getString("id")));
        return answer.json().getBoolean("more") ? readAll(answer.string("next"), read) : answer.string("next");
    }

    private void insertInSql(Connection connection) throws SQLException {
        try (var insert = connection.prepareStatement("""
                INSERT INTO group_change (group_id, epoch, kind, entity_id, action, audience)
                VALUES (?::uuid, 1, 'series', gen_random_uuid(), 'created', 'members')
                """)) {
            insert.setString(1, group.substring(group.lastIndexOf('/') + 1));
            insert.executeUpdate();
        }
    }

    /** One change in a transaction that goes on for a while after it has its number. */
    private void insertInSql(int turns) throws SQLException {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            insertInSql(connection);
            for (var i = 0; i < turns; i++) {
                connection.createStatement().execute("SELECT count(*) FROM pg_class, pg_attribute");
            }
            connection.commit();
        }
    }
}
