package org.muster.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class ErasureIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client olga;
    private final Client ann;
    private final Client bob;

    ErasureIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
    }

    @Test
    void anErasedAccountIsGoneAndItsSeatsGoToWhoWaits() throws Exception {
        var group = group(olga, "public");
        ann.put(group + "/members/me");
        bob.put(group + "/members/me");
        var hike = published(group, 1);
        signUp(ann, hike);
        signUp(bob, hike);
        var id = ann.id();
        var before = olga.get(group + "/changes?after=now").string("next");

        assertThat(ann.delete("/api/v1/me").status()).isEqualTo(204);

        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(ann.delete("/api/v1/me").status()).isEqualTo(401);
        assertThat(bob.get(hike + "/signups/me").string("state")).isEqualTo("confirmed");
        assertThat(olga.get(group + "/members").items())
                .extracting(member -> member.getString("userId"))
                .doesNotContain(id.toString())
                .hasSize(2);
        assertThat(olga.get(group + "/changes?after=" + before).items()).anySatisfy(change -> {
            assertThat(change.getString("kind")).isEqualTo("member");
            assertThat(change.getString("action")).isEqualTo("deleted");
            assertThat(change.getString("id")).isEqualTo(id.toString());
        });
        assertThat(olga.get(hike + "/waitlist/log").items())
                .extracting(move -> move.getString("cause"))
                .containsExactly("joined", "joined", "erased", "seat-freed");
        assertThat(olga.get(group + "/audit").items().get(0).getString("action"))
                .isEqualTo("account.erased");
        assertThat(row("SELECT user_account::text FROM user_account WHERE user_id = ?", id))
                .doesNotContain("Ann")
                .doesNotContain("example.org")
                .doesNotContain("PBKDF2");
    }

    @Test
    void whatWasStaysWithoutAName() throws Exception {
        var group = group(olga, "public");
        ann.put(group + "/members/me");
        var hike = published(group, 3);
        signUp(ann, hike);
        olga.with("If-Match", "*").patch(hike, "{'startsLocal':'2020-07-01T18:30'}");
        var id = ann.id();

        ann.delete("/api/v1/me");

        assertThat(olga.get(hike + "/signups").items()).singleElement().satisfies(participant -> {
            assertThat(participant.getString("userId")).isEqualTo(id.toString());
            assertThat(participant.getString("displayName")).isEmpty();
            assertThat(participant.getString("state")).isEqualTo("confirmed");
        });
    }

    @Test
    void theAddressIsFreeForANewAccount() {
        var account = ("{'email':'ann-%s@example.org','password':'correct horse','displayName':'Ann',"
                        + "'zone':'America/Toronto'}")
                .formatted(UUID.randomUUID());
        var signIn = account.replaceFirst(",'displayName'.*", "}");
        var first = nobody.post("/api/v1/users", account);
        var session = nobody.post("/api/v1/sessions", signIn);
        nobody.with("Authorization", "Bearer " + session.string("token")).delete("/api/v1/me");

        assertThat(nobody.post("/api/v1/sessions", signIn).status()).isEqualTo(401);
        var second = nobody.post("/api/v1/users", account);

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(nobody.post("/api/v1/sessions", signIn).status()).isEqualTo(201);
    }

    @Test
    void everySecretOfTheAccountIsWorthless() throws Exception {
        var group = group(olga, "public");
        ann.put(group + "/members/me");
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");
        var invitation = ann.post(group + "/invitations", "{'max':5}");
        var calendar =
                "/api/v1/calendar/" + ann.post("/api/v1/me/calendar-token").string("token") + ".ics";
        var id = ann.id();
        assertThat(nobody.get(calendar).status()).isEqualTo(200);

        ann.delete("/api/v1/me");

        assertThat(bob.post("/api/v1/invitations/" + invitation.string("token") + "/accept")
                        .string("type"))
                .isEqualTo("/problems/invitation-spent");
        assertThat(nobody.get(calendar).status()).isEqualTo(404);
        for (var table : List.of("user_session", "calendar_token", "notification", "membership")) {
            assertThat(row("SELECT count(*) FROM " + table + " WHERE user_id = ?", id))
                    .as(table)
                    .isEqualTo("0");
        }
    }

    /** I8. */
    @Test
    void whoAloneOwnsGroupsIsToldWhich() {
        var first = group(ann, "public");
        var second = group(ann, "private");
        var archived = group(ann, "public");
        ann.post(archived + "/archive");
        var shared = group(ann, "public");
        bob.put(shared + "/members/me");
        ann.patch(shared + "/members/" + bob.id(), "{'role':'owner'}");

        var refused = ann.delete("/api/v1/me");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.string("type")).isEqualTo("/problems/last-owner");
        assertThat(refused.json().getJsonArray("groups").getValuesAs(JsonString.class))
                .extracting(JsonString::getString)
                .containsExactlyInAnyOrder(id(first), id(second));
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/me/groups").items()).hasSize(4);

        ann.post(first + "/archive");
        ann.post(second + "/archive");
        assertThat(ann.delete("/api/v1/me").status()).isEqualTo(204);
    }

    @Test
    void onlyWhoIsSignedInErases() {
        assertThat(nobody.delete("/api/v1/me").status()).isEqualTo(401);
    }

    /** I7 and I8. */
    @Test
    void ofTwoOwnersWhoEraseThemselvesAtOnceOneStays() throws Exception {
        for (var round = 0; round < 8; round++) {
            var one = nobody.signedUp("One");
            var other = nobody.signedUp("Other");
            var group = group(one, "public");
            other.put(group + "/members/me");
            one.patch(group + "/members/" + other.id(), "{'role':'owner'}");

            var answers = Client.atOnce(List.of(() -> one.delete("/api/v1/me"), () -> other.delete("/api/v1/me")));

            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(204, 409);
            assertThat(row(
                            "SELECT count(*) FROM membership WHERE role = 'owner' AND group_id = ?",
                            UUID.fromString(id(group))))
                    .isEqualTo("1");
        }
    }

    @Test
    void whoErasesWhileTheySignUpLeavesNoSeatTaken() throws Exception {
        for (var round = 0; round < 8; round++) {
            var group = group(olga, "public");
            var person = nobody.signedUp("Person");
            var id = person.id();
            person.put(group + "/members/me");
            var requests = new ArrayList<Callable<Answer>>();
            var activities = new ArrayList<String>();
            for (var number = 0; number < 4; number++) {
                var hike = published(group, 1);
                activities.add(hike);
                requests.add(() -> person.with("Content-Type", "application/json")
                        .send("PUT", hike + "/signups/me", Client.json("{}")));
            }
            requests.add(2, () -> person.delete("/api/v1/me"));
            requests.add(() -> person.post("/api/v1/groups", "{'name':'Late','zone':'UTC'}"));
            requests.add(() -> person.put(group(olga, "public") + "/members/me"));

            var answers = Client.atOnce(requests);

            assertThat(answers).noneMatch(answer -> answer.status() == 500);
            var erased = answers.get(2).status();
            assertThat(erased).isIn(204, 409);
            if (erased == 204) {
                assertThat(row("SELECT count(*) FROM membership WHERE user_id = ?", id))
                        .isEqualTo("0");
                assertThat(row("SELECT count(*) FROM sign_up WHERE user_id = ? AND state <> 'cancelled'", id))
                        .isEqualTo("0");
                assertThat(activities)
                        .allSatisfy(hike -> assertThat(
                                        olga.get(hike + "/availability").json().getInt("seatsTaken"))
                                .isZero());
            }
        }
    }

    /** Whatever order they come in, seats that an erased account frees are not given twice, and not kept. */
    @Test
    void whileSomeEraseAndOthersSignUpSeatsStayCounted() throws Exception {
        for (var round = 0; round < 3; round++) {
            var group = group(olga, "public");
            var hike = published(group, 3);
            var people = new ArrayList<Client>();
            for (var number = 0; number < 12; number++) {
                var person = nobody.signedUp("Person");
                person.put(group + "/members/me");
                people.add(person);
            }
            people.subList(0, 6).forEach(person -> signUp(person, hike));
            var requests = new ArrayList<Callable<Answer>>();
            for (var number = 0; number < 6; number++) {
                var leaver = people.get(number);
                var comer = people.get(number + 6);
                requests.add(() -> leaver.delete("/api/v1/me"));
                requests.add(() -> comer.with("Content-Type", "application/json")
                        .send("PUT", hike + "/signups/me", Client.json("{}")));
            }

            var answers = Client.atOnce(requests);

            assertThat(answers).extracting(Answer::status).containsOnly(204, 201);
            var seats = olga.get(hike + "/availability").json();
            assertThat(seats.getInt("seatsTaken")).isEqualTo(3);
            assertThat(seats.getInt("waiting")).isEqualTo(3);
            assertThat(olga.get(hike + "/signups").items())
                    .extracting(participant -> participant.getString("state"))
                    .containsExactly("confirmed", "confirmed", "confirmed", "waiting", "waiting", "waiting");
        }
    }

    private static String group(Client owner, String visibility) {
        return "/api/v1/groups/"
                + owner.post(
                                "/api/v1/groups",
                                "{'name':'Walkers','zone':'America/Toronto','joinPolicy':'open','visibility':'%s'}"
                                        .formatted(visibility))
                        .id();
    }

    private String published(String group, int capacity) {
        var hike = olga.post(
                group + "/activities",
                "{'title':'Hike','startsLocal':'2030-07-01T18:30','durationMinutes':90,'capacity':%d,'visibility':'public'}"
                        .formatted(capacity));
        var path = group + "/activities/" + hike.id();
        olga.post(path + "/publish");
        return path;
    }

    private static void signUp(Client user, String activity) {
        var signedUp =
                user.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", Client.json("{}"));
        assertThat(signedUp.status()).isEqualTo(201);
    }

    private static String id(String group) {
        return group.substring(group.lastIndexOf('/') + 1);
    }

    private String row(String query, UUID id) throws Exception {
        try (var connection = database.connect();
                var statement = connection.prepareStatement(query)) {
            statement.setObject(1, id);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
