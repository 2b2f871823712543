package org.muster.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Groups move from the Muster of the other tests to a second one. */
@ExtendWith(RunningMuster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupTransferIT {
    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private final EmbeddedDatabase firstDatabase;
    private final Client first;
    private final Client olga;
    private final Client ann;
    private final Client bob;
    private final Client cleo;
    private final Client dan;
    private Server server;
    private URI base;
    private Client second;
    private Client iris;

    GroupTransferIT(Client nobody, EmbeddedDatabase firstDatabase) {
        this.firstDatabase = firstDatabase;
        first = nobody;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
        cleo = nobody.signedUp("Cleo");
        dan = nobody.signedUp("Dan");
    }

    @BeforeAll
    void start() {
        server = Server.start(RunningMuster.patientEnvironment(database));
        server.awaitReady(Duration.ofSeconds(90));
        base = server.base();
        second = Client.anonymous(base);
        iris = second.signedUp("Iris");
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    /** A group with all that there may be, and its hike, for which Ann has a seat and Bob and Eve wait. */
    private record Walkers(String path, String hike) {
        String id() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    private Walkers walkers() {
        var path = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Walkers','zone':'America/Toronto','joinPolicy':'request','visibility':'public'}")
                        .id();
        List.of(ann, bob, cleo, dan).forEach(user -> user.put(path + "/members/me"));
        List.of(ann, bob).forEach(user -> olga.patch(path + "/members/" + user.id(), "{'state':'active'}"));
        olga.patch(path + "/members/" + ann.id(), "{'role':'organizer'}");
        olga.patch(path + "/members/" + dan.id(), "{'state':'banned'}");
        var eve = first.signedUp("Eve");

        var hike = published(
                path,
                "'title':'Hike','startsLocal':'2030-03-10T02:30','capacity':2,'guestsAllowed':1,'visibility':'public'");
        signUp(ann, hike, 1);
        signUp(bob, hike, 1);
        signUp(eve, hike, 0);
        signUp(olga, hike, 0);
        olga.delete(hike + "/signups/me");

        var past = published(path, "'title':'Past','startsLocal':'2030-01-01T10:00'");
        signUp(bob, past, 0);
        olga.with("If-Match", "*").patch(past, "{'startsLocal':'2021-01-01T10:00'}");
        olga.patch(past + "/signups/" + bob.id(), "{'attendance':'attended'}");
        published(path, "'title':'Off','startsLocal':'2030-01-01T10:00'");
        olga.post(published(path, "'title':'Cancelled','startsLocal':'2030-01-02T10:00'") + "/cancel");
        olga.post(path + "/activities", "{'title':'Draft','startsLocal':'2030-01-03T10:00','durationMinutes':5}");
        var weekly = olga.post(
                path + "/series",
                "{'title':'Weekly','startsLocal':'2030-01-04T10:00','durationMinutes':30,'publish':true,"
                        + "'rule':{'frequency':'weekly','weekdays':['fri'],'count':5}}");
        olga.with("If-Match", "*").delete(path + "/series/" + weekly.id());
        var soon = LocalDateTime.now(ZoneOffset.UTC).plusDays(2).truncatedTo(ChronoUnit.HOURS);
        olga.post(
                path + "/series",
                "{'title':'Daily','startsLocal':'%s','durationMinutes':30,'publish':true,'rule':{'frequency':'daily','count':104,'interval':2}}"
                        .formatted(soon));
        var daily = olga.get(path + "/activities?limit=100").items().stream()
                .filter(item -> item.getString("title").equals("Daily"))
                .map(item -> path + "/activities/" + item.getString("id"))
                .toList();
        signUp(bob, daily.get(0), 0);
        olga.with("If-Match", "*").patch(daily.get(1), "{'title':'Other'}");
        return new Walkers(path, hike);
    }

    @Test
    void aGroupIsTheSameElsewhere() throws Exception {
        var walkers = walkers();
        var exported = olga.get(walkers.path + "/export");

        var imported = imported(iris, exported.body());
        var again = iris.get(walkers.path + "/export");

        assertThat(exported.header("Content-Disposition")).startsWith("attachment; filename=\"walkers");
        assertThat(exported.header("Cache-Control")).isEqualTo("no-store");
        assertThat(exported.body()).doesNotContain("example.org");
        assertThat(imported.status()).isEqualTo(201);
        assertThat(imported.header("Location")).endsWith(walkers.path);
        assertThat(imported.header("Cache-Control")).isEqualTo("no-store");
        assertThat(imported.json().getJsonObject("group").getString("id")).isEqualTo(walkers.id());
        assertThat(invitations(imported))
                .extracting(invitation -> invitation.getString("displayName") + " " + invitation.getString("role"))
                .containsExactlyInAnyOrder("Olga owner", "Ann organizer", "Bob member", "Cleo member");
        assertThat(comparable(again.body(), iris)).isEqualTo(comparable(exported.body(), iris));
        assertThat(iris.get(walkers.hike).json())
                .isEqualTo(olga.get(walkers.hike).json());
        assertThat(second.get(walkers.hike + "/availability").json())
                .isEqualTo(first.get(walkers.hike + "/availability").json());
    }

    @Test
    void whoAcceptsTheirInvitationIsBackWithTheirSignUpsAndTheirPlaceInTheQueue() {
        var walkers = walkers();
        var imported = imported(iris, olga.get(walkers.path + "/export").body());
        var robert = second.signedUp("Robert");
        var clara = second.signedUp("Clara");

        var accepted = accept(robert, imported, "Bob");

        assertThat(accepted.status()).isEqualTo(201);
        assertThat(accepted.json().getJsonObject("membership").getString("since"))
                .isEqualTo(member(olga.get(walkers.path + "/members"), "Bob").getString("since"));
        var signUp = robert.get(walkers.hike + "/signups/me");
        assertThat(signUp.string("state")).isEqualTo("waiting");
        assertThat(signUp.json().getInt("position")).isEqualTo(1);
        assertThat(signUp.json().getInt("guests")).isEqualTo(1);
        assertThat(robert.get("/api/v1/me/activities").items())
                .extracting(item -> item.getJsonObject("activity").getString("title"))
                .containsExactly("Past", "Daily", "Hike");
        assertThat(robert.get("/api/v1/me/export").json().getJsonArray("moves")).hasSize(3);
        assertThat(iris.get(walkers.path + "/members").items())
                .extracting(member -> member.getString("displayName"))
                .containsExactlyInAnyOrder("Iris", "Olga", "Ann", "Robert");
        assertThat(accept(clara, imported, "Bob").string("type")).isEqualTo("/problems/invitation-spent");
        assertThat(accept(robert, imported, "Bob").status()).isEqualTo(200);

        assertThat(accept(clara, imported, "Cleo").status()).isEqualTo(201);
        assertThat(clara.get(walkers.path + "/members").items()).hasSize(5);

        iris.with("If-Match", "*").patch(walkers.hike, "{'capacity':4}");
        assertThat(robert.get(walkers.hike + "/signups/me").string("state")).isEqualTo("confirmed");
        signUp(clara, walkers.hike, 0);
        assertThat(clara.get(walkers.hike + "/signups/me").json().getInt("position"))
                .isEqualTo(2);
    }

    @Test
    void whoIsAMemberAlreadyKeepsTheBetterOfTwo() {
        var walkers = walkers();
        var imported = imported(iris, olga.get(walkers.path + "/export").body());
        var anna = second.signedUp("Anna");
        var invitation = iris.post(walkers.path + "/invitations", "{}");
        anna.post("/api/v1/invitations/" + invitation.string("token") + "/accept");
        signUp(anna, walkers.hike, 0);

        var accepted = accept(anna, imported, "Ann");

        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.json().getJsonObject("membership").getString("role"))
                .isEqualTo("organizer");
        var signUp = anna.get(walkers.hike + "/signups/me");
        assertThat(signUp.string("state")).isEqualTo("confirmed");
        assertThat(signUp.json().getInt("seats")).isEqualTo(2);
        var seats = iris.get(walkers.hike + "/availability").json();
        assertThat(seats.getInt("seatsTaken")).isEqualTo(2);
        assertThat(seats.getInt("waiting")).isEqualTo(2);
        assertThat(iris.get(walkers.hike + "/waitlist/log").items())
                .last()
                .satisfies(move -> assertThat(move.getString("cause")).isEqualTo("merged"));
    }

    /** What the person has and the placeholder had are one too many; the seat goes to who waits. */
    @Test
    void aSecondSeatIsFreedForWhoWaits() {
        var walkers = walkers();
        var imported = imported(iris, olga.get(walkers.path + "/export").body());
        iris.with("If-Match", "*").patch(walkers.hike, "{'capacity':6}");
        var anna = second.signedUp("Anna");
        var zoe = second.signedUp("Zoe");
        var invitation = iris.post(walkers.path + "/invitations", "{'max':2}");
        List.of(anna, zoe).forEach(user -> user.post("/api/v1/invitations/" + invitation.string("token") + "/accept"));
        signUp(anna, walkers.hike, 0);
        signUp(zoe, walkers.hike, 0);
        assertThat(zoe.get(walkers.hike + "/signups/me").string("state")).isEqualTo("waiting");

        accept(anna, imported, "Ann");

        assertThat(anna.get(walkers.hike + "/signups/me").json().getInt("seats"))
                .isEqualTo(2);
        assertThat(zoe.get(walkers.hike + "/signups/me").string("state")).isEqualTo("confirmed");
        assertThat(iris.get(walkers.hike + "/availability").json().getInt("seatsTaken"))
                .isEqualTo(6);
    }

    @Test
    void aPlaceholderIsNoOwnerToRelyOnAndCannotSignIn() throws Exception {
        var walkers = walkers();
        var imported = imported(iris, olga.get(walkers.path + "/export").body());

        assertThat(iris.delete(walkers.path + "/members/me").string("type")).isEqualTo("/problems/last-owner");
        assertThat(iris.delete("/api/v1/me").string("type")).isEqualTo("/problems/last-owner");
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT count(*) FILTER (WHERE email_key IS NOT NULL OR password_hash IS NOT NULL)
                          FROM user_account
                         WHERE placeholder_of IS NOT NULL
                        """)) {
            rows.next();
            assertThat(rows.getLong(1)).isZero();
        }

        assertThat(accept(second.signedUp("Olga"), imported, "Olga").status()).isEqualTo(201);
        assertThat(iris.delete(walkers.path + "/members/me").status()).isEqualTo(204);
    }

    @Test
    void whoseMembershipIsGoneHasNothingToAccept() {
        var walkers = walkers();
        var imported = imported(iris, olga.get(walkers.path + "/export").body());
        var placeholder = invitation(imported, "Bob").getString("userId");

        assertThat(iris.delete(walkers.path + "/members/" + placeholder).status())
                .isEqualTo(204);

        assertThat(accept(second.signedUp("Robert"), imported, "Bob").string("type"))
                .isEqualTo("/problems/invitation-spent");
    }

    @Test
    void aGroupIsThereOnceAndItsSlugIsItsOwn() {
        var walkers = walkers();
        var document = olga.get(walkers.path + "/export").body();
        var slug = olga.get(walkers.path).string("slug");
        iris.post("/api/v1/groups", "{'name':'Other','zone':'UTC','slug':'%s'}".formatted(slug));
        Callable<Answer> load = () -> imported(iris, document);

        var answers = Client.atOnce(Stream.generate(() -> load).limit(4).toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201, 409).containsOnlyOnce(201);
        assertThat(answers.stream().filter(answer -> answer.status() == 409))
                .allSatisfy(answer -> assertThat(answer.string("type")).isEqualTo("/problems/group-exists"));
        assertThat(iris.get(walkers.path).string("slug")).isNotEqualTo(slug).startsWith("walkers");
        assertThat(imported(olga, document).string("type")).isEqualTo("/problems/group-exists");
    }

    @Test
    void whatIsNotValidChangesNothing() {
        var walkers = walkers();
        var document = olga.get(walkers.path + "/export").body();

        var tooFew = imported(iris, document.replace("\"capacity\":2", "\"capacity\":1"));
        var unknown = imported(iris, document.replace("\"others\":[{", "\"others\":[{\"surprise\":1,"));

        assertThat(tooFew.status()).isEqualTo(422);
        assertThat(tooFew.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .matches("#/activities/[0-9]+/capacity");
        assertThat(unknown.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo("#/others/0/surprise");
        assertThat(iris.get(walkers.path).status()).isEqualTo(404);
        assertThat(imported(iris, document).status()).isEqualTo(201);
    }

    @Test
    void aFreeSeatInADocumentIsForWhoWaits() {
        var walkers = walkers();
        var document = olga.get(walkers.path + "/export").body();

        imported(iris, document.replace("\"capacity\":2", "\"capacity\":4"));

        assertThat(iris.get(walkers.hike + "/availability").json().getInt("seatsTaken"))
                .isEqualTo(4);
        assertThat(iris.get(walkers.hike + "/availability").json().getInt("waiting"))
                .isEqualTo(1);
    }

    @Test
    void whoImportsTheirOwnGroupIsThemself() throws Exception {
        var walkers = walkers();
        var document = olga.get(walkers.path + "/export").body();
        remove(UUID.fromString(walkers.id()));

        var imported = imported(olga, document);

        assertThat(imported.status()).isEqualTo(201);
        assertThat(invitations(imported))
                .extracting(invitation -> invitation.getString("displayName"))
                .containsExactlyInAnyOrder("Ann", "Bob", "Cleo");
        assertThat(olga.get(walkers.hike + "/signups/me").string("state")).isEqualTo("cancelled");
        assertThat(accept(bob, imported, "Bob").status()).isEqualTo(201);
        assertThat(bob.get(walkers.hike + "/signups/me").json().getInt("position"))
                .isEqualTo(1);
    }

    @Test
    void onlyOwnersExportAndOnlyWhoIsSignedInImports() {
        var walkers = walkers();

        assertThat(ann.get(walkers.path + "/export").status()).isEqualTo(403);
        assertThat(first.get(walkers.path + "/export").status()).isEqualTo(401);
        assertThat(first.signedUp("Zoe").get(walkers.path + "/export").status()).isEqualTo(403);
        assertThat(imported(second, "{}").status()).isEqualTo(401);
        assertThat(imported(iris, "{}").status()).isEqualTo(422);
        assertThat(imported(iris, "[]").status()).isEqualTo(400);
        assertThat(imported(iris, "").status()).isEqualTo(400);
        olga.post(walkers.path + "/archive");
        assertThat(olga.get(walkers.path + "/export").status()).isEqualTo(200);
    }

    @Test
    void anArchivedGroupIsImportedToBeReadAndInvitesNobody() {
        var walkers = walkers();
        olga.post(walkers.path + "/archive");

        var imported = imported(iris, olga.get(walkers.path + "/export").body());

        assertThat(imported.status()).isEqualTo(201);
        assertThat(imported.json().getJsonObject("group").getString("state")).isEqualTo("archived");
        assertThat(invitations(imported)).isEmpty();
        assertThat(iris.get(walkers.path + "/activities?limit=100").items())
                .hasSameSizeAs(olga.get(walkers.path + "/activities?limit=100").items());
    }

    @Test
    void aLargeGroupIsImportedAtOnce() {
        var walkers = walkers();
        var exported = olga.get(walkers.path + "/export").json();
        var activity = exported.getJsonArray("activities").getJsonObject(0);
        var person = exported.getJsonArray("members").getJsonObject(0);
        var signUp = exported.getJsonArray("signUps").getJsonObject(0);
        var activities = Json.createArrayBuilder();
        var members = Json.createArrayBuilder();
        var signUps = Json.createArrayBuilder();
        for (var p = 0; p < 200; p++) {
            members.add(Json.createObjectBuilder(person).add("userId", id(p)).add("role", "member"));
        }
        for (var a = 0; a < 100; a++) {
            activities.add(Json.createObjectBuilder(activity)
                    .add("id", id(1_000 + a))
                    .add("state", "published")
                    .add("publishedAt", "2026-01-01T00:00:00Z")
                    .addNull("capacity"));
            for (var p = 0; p < 200; p++) {
                signUps.add(Json.createObjectBuilder(signUp)
                        .add("activityId", id(1_000 + a))
                        .add("userId", id(p))
                        .add("madeBy", id(p))
                        .add("state", "confirmed")
                        .add("seats", 1)
                        .add("queueNumber", p + 1));
            }
        }
        var document = Json.createObjectBuilder(exported)
                .add("members", members)
                .add("others", JsonArray.EMPTY_JSON_ARRAY)
                .add("activities", activities)
                .add("signUps", signUps)
                .add("moves", JsonArray.EMPTY_JSON_ARRAY)
                .add("audit", JsonArray.EMPTY_JSON_ARRAY)
                .build()
                .toString();

        var imported = imported(iris, document);

        assertThat(document.length()).isGreaterThan(5 << 20);
        assertThat(imported.status()).isEqualTo(201);
        assertThat(invitations(imported)).hasSize(200);
        var path = walkers.path + "/activities/" + id(1_099);
        assertThat(iris.get(path + "/availability").json().getInt("seatsTaken")).isEqualTo(200);
        assertThat(iris.get(walkers.path + "/export").json().getJsonArray("signUps"))
                .hasSize(20_000);
    }

    @Test
    void moreThanADocumentMayHaveIsNotWaitedFor() throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("POST /api/v1/groups/import HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: " + ((32 << 20) + 1)
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

            assertThat(answer).isEqualTo("HTTP/1.1 413");
        }
    }

    /** A UUID of version 7 that differs by this number. */
    private static String id(int number) {
        return "019cb2f8-a653-7000-8000-%012x".formatted(number);
    }

    private String published(String group, String fields) {
        var activity = olga.post(group + "/activities", "{'durationMinutes':90,%s}".formatted(fields));
        var path = group + "/activities/" + activity.id();
        olga.post(path + "/publish");
        return path;
    }

    private static void signUp(Client user, String activity, int guests) {
        var signedUp = user.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':%d}".formatted(guests)));
        assertThat(signedUp.status()).isEqualTo(201);
    }

    private static Answer imported(Client importer, String document) {
        return importer.with("Content-Type", "application/json").send("POST", "/api/v1/groups/import", document);
    }

    private static Answer accept(Client user, Answer imported, String name) {
        return user.post("/api/v1/invitations/" + invitation(imported, name).getString("token") + "/accept");
    }

    private static JsonObject invitation(Answer imported, String name) {
        return invitations(imported).stream()
                .filter(invitation -> invitation.getString("displayName").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonObject> invitations(Answer imported) {
        return imported.json().getJsonArray("invitations").getValuesAs(JsonObject.class);
    }

    private static JsonObject member(Answer members, String name) {
        return members.items().stream()
                .filter(member -> member.getString("displayName").equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The document with the ids that its people had first, without the importer and when it was exported. */
    private JsonObject comparable(String document, Client importer) throws Exception {
        var original = document;
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT user_id, placeholder_of FROM user_account WHERE placeholder_of IS NOT NULL")) {
            while (rows.next()) {
                original = original.replace(rows.getString(1), rows.getString(2));
            }
        }
        try (var reader = Json.createReader(new StringReader(original))) {
            var object = reader.readObject();
            var importerId = importer.id().toString();
            return Json.createObjectBuilder(object)
                    .remove("exportedAt")
                    .add("members", without(object.getJsonArray("members"), "userId", importerId))
                    .add("audit", without(object.getJsonArray("audit"), "action", "group.imported"))
                    .build();
        }
    }

    private static JsonArray without(JsonArray list, String field, String value) {
        var others = Json.createArrayBuilder();
        list.getValuesAs(JsonObject.class).stream()
                .filter(element -> !element.getString(field).equals(value))
                .forEach(others::add);
        return others.build();
    }

    /** What the API does not offer. */
    private void remove(UUID group) throws Exception {
        try (var connection = firstDatabase.connect()) {
            for (var table : List.of(
                    "sign_up_move",
                    "sign_up",
                    "activity",
                    "activity_series",
                    "membership",
                    "audit",
                    "group_directory",
                    "user_group")) {
                try (var delete = connection.prepareStatement("DELETE FROM " + table + " WHERE group_id = ?")) {
                    delete.setObject(1, group);
                    delete.executeUpdate();
                }
            }
        }
    }
}
