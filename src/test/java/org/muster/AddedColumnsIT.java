package org.muster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.muster.Client.Answer;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * Adds a column to each table under a running Muster, as the migration of a newer node does in a rolling upgrade. PostgreSQL refuses to
 * execute a prepared statement whose result would have other columns than when it was prepared.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class AddedColumnsIT {
    /** The driver prepares a statement on the server at its fifth execution on a connection. */
    private static final int PREPARED = 6;

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private Server server;
    private Client nobody;

    @BeforeAll
    void start() {
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put("DB_POOL_MAX", "1");
        server = Server.start(environment);
        server.awaitReady(Duration.ofSeconds(90));
        nobody = Client.anonymous(server.base());
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void requestsSucceed() throws Exception {
        for (var i = 0; i < PREPARED; i++) {
            new Story().tell();
        }
        var logged = database.log().toFile().length();
        addColumns();

        new Story().tell();
        assertThat(log(logged)).doesNotContain("cached plan must not change result type");
    }

    private void addColumns() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            for (var table : tables(connection)) {
                statement.execute("ALTER TABLE " + table + " ADD COLUMN later_" + table + " text");
            }
        }
    }

    private static List<String> tables(Connection connection) throws SQLException {
        var tables = new ArrayList<String>();
        try (var rows = connection.getMetaData().getTables(null, "public", null, new String[] {"TABLE"})) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        assertThat(tables).contains("activity", "sign_up", "user_account", "user_group");
        return tables;
    }

    private String log(long from) throws IOException {
        try (var file = new RandomAccessFile(database.log().toFile(), "r")) {
            file.seek(from);
            var bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** What happens in a group from its creation until it is archived. */
    private final class Story {
        private final Client ann = nobody.signedUp("Ann").with("If-Match", "*");
        private final Client bob = nobody.signedUp("Bob").with("If-Match", "*");
        private final Client cleo = nobody.signedUp("Cleo").with("If-Match", "*");
        private String group;

        private Answer ok(Answer answer) {
            assertThat(answer.status())
                    .as(() -> answer.response().request().method() + " "
                            + answer.response().uri() + " " + answer.body())
                    .isBetween(200, 299);
            return answer;
        }

        void tell() {
            account();
            members();
            var hike = queue();
            var series = series();
            lists(hike, series);
            transfer(hike);
            ok(ann.delete(series));
            ok(ann.post(hike + "/cancel"));
            ok(cleo.delete("/api/v1/me"));
            ok(bob.delete(group + "/members/me"));
            ok(ann.post(group + "/archive"));
        }

        private void account() {
            ok(ann.get("/api/v1/me"));
            ok(ann.patch("/api/v1/me", "{'displayName':'Anna'}"));
            var token = ok(ann.post("/api/v1/me/tokens", "{'name':'Program','scopes':['read']}"));
            ok(nobody.with("Authorization", "Bearer " + token.string("token")).get("/api/v1/me"));
            ok(ann.get("/api/v1/me/tokens"));
            ok(ann.delete("/api/v1/me/tokens/" + token.id()));
        }

        private void members() {
            group = "/api/v1/groups/"
                    + ok(ann.with("Idempotency-Key", "made-" + UUID.randomUUID())
                                    .post(
                                            "/api/v1/groups",
                                            "{'name':'Later','zone':'UTC','joinPolicy':'open','visibility':'public'}"))
                            .id();
            ok(ann.get(group));
            ok(ann.patch(group, "{'name':'Sooner'}"));
            ok(bob.put(group + "/members/me"));
            ok(ann.patch(group + "/members/" + bob.id(), "{'role':'organizer'}"));
            var invitation = ok(ann.post(group + "/invitations", "{'max':2}"));
            ok(cleo.post("/api/v1/invitations/" + invitation.string("token") + "/accept"));
            ok(ann.get(group + "/invitations"));
            ok(ann.delete(group + "/invitations/" + invitation.id()));
        }

        /** Returns an activity in which Bob waits and Cleo has been promoted. */
        private String queue() {
            var draft = ok(ann.post(
                    group + "/activities",
                    "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60,'capacity':2,"
                            + "'guestsAllowed':1,'waitlist':true,'visibility':'public'}"));
            var hike = group + "/activities/" + draft.id();
            ok(ann.patch(hike, "{'title':'Long hike'}"));
            ok(ann.post(hike + "/publish"));
            ok(ann.post(hike + "/duplicate", "{'startsLocal':'2090-06-02T10:00'}"));
            signUp(ann, hike, 0);
            signUp(bob, hike, 1);
            signUp(cleo, hike, 0);
            ok(ann.post(hike + "/signups/" + cleo.id() + "/promote", "{'reason':'drives the bus'}"));
            ok(ann.patch(hike + "/signups/" + cleo.id(), "{'attendance':'attended'}"));
            signUp(bob, hike, 0);
            signUp(bob, hike, 1);
            ok(ann.delete(hike + "/signups/me"));
            ok(ann.with("Content-Type", "application/json")
                    .send("PUT", hike + "/signups/" + ann.id(), Client.json("{'guests':0}")));
            return hike;
        }

        private void signUp(Client client, String activity, int guests) {
            ok(client.with("Content-Type", "application/json")
                    .send("PUT", activity + "/signups/me", Client.json("{'guests':" + guests + "}")));
        }

        private String series() {
            var first = LocalDate.now().plusDays(3);
            var daily = ok(ann.post(
                    group + "/series",
                    "{'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,'publish':true,".formatted(first)
                            + "'rule':{'frequency':'daily','count':4}}"));
            var series = group + "/series/" + daily.id();
            ok(ann.patch(series, "{'title':'Early run','startsLocal':'%sT07:30'}".formatted(first)));
            var run = ok(ann.get(group + "/activities?to=" + first.plusDays(9) + "T00:00:00Z"))
                    .items()
                    .get(2)
                    .getString("id");
            ok(ann.patch(group + "/activities/" + run, "{'place':'Gate'}"));
            ok(ann.patch(group + "/activities/" + run + "?scope=following", "{'place':'Bridge'}"));
            return series;
        }

        private void lists(String hike, String series) {
            var calendar = ok(ann.post("/api/v1/me/calendar-token"));
            ok(nobody.get("/api/v1/calendar/" + calendar.string("token") + ".ics"));
            ok(ann.delete("/api/v1/me/calendar-token"));
            Stream.of(
                            "/api/v1/groups",
                            "/api/v1/groups?q=sooner",
                            "/api/v1/me/groups",
                            "/api/v1/me/activities",
                            "/api/v1/me/notifications",
                            "/api/v1/me/export",
                            group + "/members",
                            group + "/members/me",
                            group + "/activities",
                            group + "/calendar.ics",
                            group + "/series",
                            group + "/changes",
                            group + "/changes?after=now",
                            group + "/audit",
                            series,
                            hike,
                            hike + ".ics",
                            hike + "/availability",
                            hike + "/signups",
                            hike + "/signups/me",
                            hike + "/waitlist/log")
                    .forEach(path -> ok(ann.get(path)));
        }

        /** Bob imports the group as another one, in which Ann is a member already when she takes over what was hers. */
        private void transfer(String hike) {
            var id = group.substring(group.lastIndexOf('/') + 1);
            var copy = id.substring(0, 24) + UUID.randomUUID().toString().substring(24);
            var document = ok(ann.get(group + "/export")).body().replace(id, copy);
            var imported =
                    ok(bob.with("Content-Type", "application/json").send("POST", "/api/v1/groups/import", document));
            ok(ann.put(group.replace(id, copy) + "/members/me"));
            signUp(ann, hike.replace(id, copy), 0);
            imported.json().getJsonArray("invitations").getValuesAs(JsonObject.class).stream()
                    .filter(invitation -> invitation.getString("displayName").equals("Anna"))
                    .forEach(invitation ->
                            ok(ann.post("/api/v1/invitations/" + invitation.getString("token") + "/accept")));
        }
    }
}
