package org.muster.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.EventReader;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class GroupDeletionIT {
    private static final String NAME = "Été & co";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final URI base;
    private final Client olga;
    private final Client ann;
    private final String group;
    private final UUID id;

    GroupDeletionIT(Client nobody, EmbeddedDatabase database, URI base) {
        this.nobody = nobody;
        this.database = database;
        this.base = base;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        id = olga.post(
                        "/api/v1/groups",
                        "{'name':'%s','zone':'UTC','joinPolicy':'open','visibility':'public'}".formatted(NAME))
                .id();
        group = "/api/v1/groups/" + id;
        ann.put(group + "/members/me");
    }

    @Test
    void aDeletedGroupLeavesWhoDidItAndThatItHappened() throws Exception {
        var hike = published("2090-06-01T10:00");
        signUp(ann, hike);
        var series = "{'title':'Weekly','startsLocal':'2090-01-02T18:00','durationMinutes':60,"
                + "'rule':{'frequency':'weekly','count':3}}";
        olga.post(group + "/series", series);
        var invitation = olga.post(group + "/invitations", "{}").string("token");
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");

        assertThat(delete(olga, NAME).status()).isEqualTo(204);

        assertThat(rows()).containsExactlyInAnyOrderEntriesOf(Map.of("audit", 1, "group_change", 1, "notification", 2));
        for (var path :
                new String[] {"", "/members", "/activities", "/changes", "/audit", "/export", "/calendar.ics"}) {
            assertThat(olga.get(group + path).status()).as(path).isEqualTo(404);
        }
        assertThat(ann.get(hike).status()).isEqualTo(404);
        assertThat(ann.put(group + "/members/me").status()).isEqualTo(404);
        assertThat(ann.post("/api/v1/invitations/" + invitation + "/accept").status())
                .isEqualTo(404);
        assertThat(delete(olga, NAME).status()).isEqualTo(404);
        assertThat(olga.get("/api/v1/me/groups").items()).isEmpty();
        assertThat(ann.get("/api/v1/me/activities").items()).isEmpty();
    }

    @Test
    void onlyAnOwnerWhoTypesTheNameOfTheGroupAsItIsDeletesIt() {
        var token = olga.post("/api/v1/me/tokens", "{'name':'Robot','scopes':['read','write']}")
                .string("token");
        var robot = nobody.with("Authorization", "Bearer " + token);

        assertThat(delete(nobody, NAME).status()).isEqualTo(401);
        assertThat(delete(nobody.signedUp("Stranger"), NAME).status()).isEqualTo(403);
        assertThat(delete(ann, NAME).status()).isEqualTo(403);
        assertThat(delete(robot, NAME).status()).isEqualTo(403);
        assertThat(olga.delete(path(NAME)).status()).isEqualTo(428);
        assertThat(olga.with("If-Match", "\"7\"").delete(path(NAME)).status()).isEqualTo(412);
        for (var other : new String[] {"", "été & co", "Été", "Été & co.", "*"}) {
            var refused = delete(olga, other);
            assertThat(refused.status()).as(other).isEqualTo(400);
            assertThat(refused.string("type")).isEqualTo("/problems/invalid-parameter");
        }
        assertThat(olga.with("If-Match", "*").delete(group).status()).isEqualTo(400);

        // As some keyboards write it.
        olga.post(group + "/archive");
        assertThat(delete(olga, " E\u0301te\u0301 & co ").status()).isEqualTo(204);
    }

    @Test
    void whoIsAffectedLearnsWhyItVanished() throws Exception {
        var bob = nobody.signedUp("Bob");
        var past = published("2020-06-01T10:00");
        put(olga, past + "/signups/" + ann.id());
        var hike = published("2090-06-01T10:00");
        signUp(ann, hike);
        signUp(bob, hike);
        try (var followed = new EventReader(base, group + "/changes", ann);
                var watched = new EventReader(base, hike + "/changes", bob)) {
            followed.readUntil(": following", PATIENCE);
            watched.readUntil(": following", PATIENCE);

            delete(olga, NAME);

            assertThat(followed.readUntil("data: ", PATIENCE)).contains("\"kind\":\"group\"", "\"action\":\"deleted\"");
            assertThat(watched.readUntil("data: ", PATIENCE)).contains("\"kind\":\"group\"", "\"action\":\"deleted\"");
            await("end of the stream", PATIENCE, followed::ended);
            await("end of the stream", PATIENCE, watched::ended);
        }
        assertThat(ann.get("/api/v1/me/notifications").items())
                .extracting(told -> told.getString("kind") + " " + told.getString("subject"))
                .containsExactly("activity.deleted Hike", "group.deleted " + NAME);
        assertThat(bob.get("/api/v1/me/notifications").items())
                .extracting(told -> told.getString("kind") + " " + told.getString("subject"))
                .containsExactly("activity.deleted Hike");
        assertThat(olga.get("/api/v1/me/notifications").items()).isEmpty();
    }

    @Test
    void whatHappensMeanwhileEndsInAClearAnswer() throws Exception {
        var hike = published("2090-06-01T10:00");
        var requests = new ArrayList<Callable<Answer>>();
        for (var number = 0; number < 8; number++) {
            var person = nobody.signedUp("Person");
            person.put(group + "/members/me");
            requests.add(() -> put(person, hike + "/signups/me"));
            requests.add(() -> person.delete(hike + "/signups/me"));
            requests.add(() -> person.put(group + "/members/me"));
            requests.add(() -> olga.post(
                    group + "/activities", "{'title':'More','startsLocal':'2090-06-01T10:00','durationMinutes':60}"));
            if (number % 4 == 1) {
                requests.add(() -> delete(olga, NAME));
            }
        }

        var answers = Client.atOnce(requests);

        assertThat(answers).extracting(Answer::status).containsAnyOf(204).allMatch(status -> status < 500);
        assertThat(answers)
                .filteredOn(answer -> answer.status() >= 400)
                .allMatch(answer -> answer.string("type").equals("/problems/not-found"));
        assertThat(rows().keySet()).containsExactlyInAnyOrder("audit", "group_change", "notification");
    }

    @Test
    void anExportedGroupComesBack() {
        var export = olga.get(group + "/export").body();
        delete(olga, NAME);

        var imported = olga.with("Content-Type", "application/json").send("POST", "/api/v1/groups/import", export);

        assertThat(imported.status()).isEqualTo(201);
        assertThat(olga.get(group).string("name")).isEqualTo(NAME);
        assertThat(delete(olga, NAME).status()).isEqualTo(204);
    }

    private Answer delete(Client client, String name) {
        return client.with("If-Match", "*").delete(path(name));
    }

    private String path(String name) {
        return group + "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private String published(String starts) {
        var hike = olga.post(
                group + "/activities",
                "{'title':'Hike','startsLocal':'%s','durationMinutes':90,'visibility':'public'}".formatted(starts));
        var path = group + "/activities/" + hike.id();
        olga.post(path + "/publish");
        return path;
    }

    private static void signUp(Client user, String activity) {
        assertThat(put(user, activity + "/signups/me").status()).isEqualTo(201);
    }

    private static Answer put(Client user, String path) {
        return user.with("Content-Type", "application/json").send("PUT", path, "{}");
    }

    /** How many rows of the group each table has. */
    private Map<String, Integer> rows() throws SQLException {
        var rows = new HashMap<String, Integer>();
        var count = """
                SELECT table_name,
                       (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I WHERE group_id = %L',
                                                                   table_name, ?::uuid), false, true, '')))[1]::text::int
                  FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name = 'group_id'
                """;
        try (var connection = database.connect();
                var statement = connection.prepareStatement(count)) {
            statement.setString(1, id.toString());
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    if (found.getInt(2) > 0) {
                        rows.put(found.getString(1), found.getInt(2));
                    }
                }
            }
        }
        return rows;
    }
}
