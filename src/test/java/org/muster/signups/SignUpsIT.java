package org.muster.signups;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;

@ExtendWith(RunningMuster.class)
class SignUpsIT {
    private final Client nobody;
    private final Client olga;
    private final Client ann;
    private final Client bob;
    private final Client cleo;
    private final String group;

    SignUpsIT(Client nobody) {
        this.nobody = nobody;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
        cleo = nobody.signedUp("Cleo");
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Walkers','zone':'America/Toronto','joinPolicy':'open','visibility':'public'}")
                        .id();
        List.of(ann, bob, cleo).forEach(member -> member.put(group + "/members/me"));
    }

    @Test
    void theListIsATableForSpreadsheets() {
        var hike = published("'capacity':3,'guestsAllowed':2");
        ann.patch("/api/v1/me", "{'displayName':'=SUM(A1),Éve'}");
        signUp(ann, hike, 0);
        signUp(bob, hike, 2);
        signUp(cleo, hike, 0);
        cleo.delete(hike + "/signups/me");

        var table = bob.with("Accept", "text/csv").get(hike + "/signups");

        assertThat(table.status()).isEqualTo(200);
        assertThat(table.header("Content-Type")).isEqualToIgnoringCase("text/csv;charset=utf-8;header=present");
        assertThat(table.header("Content-Disposition"))
                .matches("attachment; filename=\"walkers[a-z0-9-]*-signups\\.csv\"");
        var lines = table.body().split("\r\n", -1);
        assertThat(lines).hasSize(4);
        assertThat(lines[0])
                .isEqualTo("displayName,state,position,seats,guests,attendance,createdAt,updatedAt,userId,madeBy");
        assertThat(lines[1]).startsWith("\"'=SUM(A1),Éve\",confirmed,,1,0,unknown,2");
        assertThat(lines[2]).startsWith("Bob,waiting,1,3,2,unknown,2").endsWith(bob.id() + "," + bob.id());
        assertThat(lines[3]).isEmpty();
        var cancelled = hike + "/signups?state=cancelled";
        assertThat(olga.with("Accept", "text/csv").get(cancelled).body()).contains("\r\nCleo,cancelled,,1,0,");
        assertThat(bob.with("Accept", "text/csv").get(cancelled).status()).isEqualTo(403);
        assertThat(nobody.with("Accept", "text/csv").get(hike + "/signups").status())
                .isEqualTo(nobody.get(hike + "/signups").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                     | application/json",
                "text/*                                  | text/csv",
                "text/csv;q=0.9, application/json;q=0.5  | text/csv",
                "text/csv;q=0.5, application/json;q=0.9  | application/json",
                "text/csv;q=0.5, */*;q=0.1               | text/csv",
                "text/csv;q=0, */*                       | application/json",
                "application/pdf                         | application/problem+json"
            })
    void aTableIsSentToWhoPrefersIt(String accept, String type) {
        var hike = published("'capacity':1");

        for (var list : List.of(hike + "/signups", group + "/members")) {
            assertThat(ann.with("Accept", accept).get(list).header("Content-Type"))
                    .startsWith(type);
        }
    }

    @Test
    void whoFitsHasASeatAndWhoDoesNotWaits() {
        var hike = published("'capacity':2");

        var first = signUp(ann, hike, 0);
        var second = signUp(bob, hike, 0);
        var third = signUp(cleo, hike, 0);

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.string("state")).isEqualTo("confirmed");
        assertThat(first.json().isNull("position")).isTrue();
        assertThat(first.json().getInt("seats")).isEqualTo(1);
        assertThat(second.string("state")).isEqualTo("confirmed");
        assertThat(third.status()).isEqualTo(201);
        assertWaitingAt(third, 1);
        assertThat(availability(hike).getInt("seatsTaken")).isEqualTo(2);
        assertThat(availability(hike).getInt("seatsFree")).isZero();
        assertThat(availability(hike).getInt("waiting")).isEqualTo(1);
    }

    @Test
    void aNewcomerWaitsEvenWhenASeatIsFree() {
        var hike = published("'capacity':2,'guestsAllowed':1");
        signUp(ann, hike, 0);
        signUp(bob, hike, 1);

        var answer = signUp(cleo, hike, 0);

        assertWaitingAt(answer, 2);
        assertThat(availability(hike).getInt("seatsFree")).isEqualTo(1);
    }

    @Test
    void whoLeavesLetsInTheHeadForAsLongAsItFits() {
        var hike = published("'capacity':3,'guestsAllowed':2");
        signUp(olga, hike, 2);
        signUp(ann, hike, 0);
        signUp(bob, hike, 1);
        signUp(cleo, hike, 1);

        assertThat(olga.delete(hike + "/signups/me").status()).isEqualTo(204);

        assertThat(state(ann, hike)).isEqualTo("confirmed");
        assertThat(state(bob, hike)).isEqualTo("confirmed");
        assertWaitingAt(ann.get(hike + "/signups/me"), null);
        assertWaitingAt(cleo.get(hike + "/signups/me"), 1);
        assertThat(state(olga, hike)).isEqualTo("cancelled");
    }

    @Test
    void openTellsWhatSigningUpWouldSay() {
        var full = published("'capacity':1,'waitlist':false,'visibility':'public'");
        signUp(ann, full, 0);

        assertThat(ann.get(full + "/availability").json().getBoolean("open")).isTrue();
        assertThat(signUp(ann, full, 0).status()).isEqualTo(200);
        assertThat(bob.get(full + "/availability").json().getBoolean("open")).isFalse();
        assertThat(nobody.get(full + "/availability").json().getBoolean("open")).isFalse();
        assertThat(signUp(bob, full, 0).status()).isEqualTo(409);

        var hike = published("'capacity':1,'visibility':'public'");
        olga.patch(group + "/members/" + bob.id(), "{'state':'banned'}");
        assertThat(bob.get(hike + "/availability").json().getBoolean("open")).isFalse();
        assertThat(nobody.get(hike + "/availability").json().getBoolean("open")).isTrue();

        signUp(ann, hike, 0);
        signUp(cleo, hike, 0);
        olga.post(group + "/archive");
        assertThat(cleo.get(hike + "/availability").json().getBoolean("open")).isFalse();
        assertThat(cleo.get("/api/v1/me/notifications").items().get(0).getString("kind"))
                .isEqualTo("group.archived");
        assertThat(cleo.delete(hike + "/signups/me").status()).isEqualTo(204);
    }

    @Test
    void aStrangerWhoIsBannedIsOffAllActivitiesToCome() {
        var hike = published("'capacity':1,'visibility':'public'");
        var dan = nobody.signedUp("Dan");
        signUp(dan, hike, 0);
        signUp(ann, hike, 0);

        assertThat(olga.patch(group + "/members/" + dan.id(), "{'state':'banned'}")
                        .status())
                .isEqualTo(200);

        assertThat(state(ann, hike)).isEqualTo("confirmed");
        assertThat(signUp(dan, hike, 0).string("type")).isEqualTo("/problems/banned");
    }

    @Test
    void aSeatThatIsKeptIsSeenAndGivenBack() {
        var hike = published("'capacity':1,'visibility':'public'");
        var dan = nobody.signedUp("Dan");
        var eve = nobody.signedUp("Eve");
        signUp(dan, hike, 0);

        olga.with("If-Match", "*").patch(hike, "{'visibility':'group'}");

        assertThat(eve.get(hike).status()).isEqualTo(403);
        assertThat(dan.get(hike).status()).isEqualTo(200);
        assertThat(state(dan, hike)).isEqualTo("confirmed");
        assertThat(dan.get("/api/v1/me/notifications").items().get(0).getString("kind"))
                .isEqualTo("activity.members-only");
        assertThat(dan.delete(hike + "/signups/me").status()).isEqualTo(204);
        assertThat(dan.get(hike).status()).isEqualTo(403);
        assertThat(signUp(dan, hike, 0).status()).isEqualTo(403);
    }

    @Test
    void signingUpAgainChangesNothing() {
        var hike = published("'capacity':1");
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);

        var again = signUp(ann, hike, 0);
        var waiting = signUp(bob, hike, 0);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.string("state")).isEqualTo("confirmed");
        assertThat(waiting.status()).isEqualTo(200);
        assertWaitingAt(waiting, 1);
        assertThat(availability(hike).getInt("seatsTaken")).isEqualTo(1);
    }

    @Test
    void whoComesBackGoesToTheTail() {
        var hike = published("'capacity':1");
        signUp(olga, hike, 0);
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);

        ann.delete(hike + "/signups/me");
        var back = signUp(ann, hike, 0);

        assertThat(back.status()).isEqualTo(201);
        assertWaitingAt(back, 2);
    }

    @Test
    void fewerGuestsFreeSeatsAndMoreNeedThem() {
        var hike = published("'capacity':3,'guestsAllowed':2");
        signUp(ann, hike, 2);
        signUp(bob, hike, 0);

        var fewer = signUp(ann, hike, 1);
        var more = signUp(ann, hike, 2);

        assertThat(fewer.status()).isEqualTo(200);
        assertThat(fewer.json().getInt("guests")).isEqualTo(1);
        assertThat(state(bob, hike)).isEqualTo("confirmed");
        assertThat(more.status()).isEqualTo(409);
        assertThat(more.string("type")).isEqualTo("/problems/activity-full");
        assertThat(ann.get(hike + "/signups/me").json().getInt("seats")).isEqualTo(2);
    }

    @Test
    void whoWaitsAndWantsMoreWaitsAnew() {
        var hike = published("'capacity':2,'guestsAllowed':1");
        signUp(olga, hike, 1);
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);

        var more = signUp(ann, hike, 1);
        var fewer = signUp(ann, hike, 0);

        assertWaitingAt(more, 2);
        assertWaitingAt(fewer, 2);
        assertWaitingAt(bob.get(hike + "/signups/me"), 1);
    }

    @Test
    void withoutAWaitListOneIsTurnedAway() {
        var hike = published("'capacity':1,'waitlist':false");
        signUp(ann, hike, 0);

        var answer = signUp(bob, hike, 0);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.string("type")).isEqualTo("/problems/activity-full");
        assertThat(bob.get(hike + "/signups/me").status()).isEqualTo(404);
    }

    @Test
    void whoCouldNeverFitIsTurnedAway() {
        var hike = published("'capacity':2,'guestsAllowed':5");

        assertThat(signUp(ann, hike, 2).string("type")).isEqualTo("/problems/activity-full");
    }

    @Test
    void guestsAreLimited() {
        var hike = published("'guestsAllowed':1");

        var tooMany = signUp(ann, hike, 2);

        assertThat(tooMany.status()).isEqualTo(422);
        assertThat(tooMany.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo("#/guests");
        assertThat(ann.with("Content-Type", "application/json")
                        .send("PUT", hike + "/signups/me", Client.json("{'guests':-1}"))
                        .status())
                .isEqualTo(422);
        assertThat(ann.with("Content-Type", "application/json")
                        .send("PUT", hike + "/signups/me", Client.json("{'friends':1}"))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void capacityLetsInWhoWaitsAndNeverPutsAnybodyOut() {
        var hike = published("'capacity':1");
        List.of(ann, bob, cleo).forEach(member -> signUp(member, hike, 0));
        var tag = olga.get(hike).header("ETag");

        var raised = olga.with("If-Match", tag).patch(hike, "{'capacity':2}");
        var lowered = olga.with("If-Match", raised.header("ETag")).patch(hike, "{'capacity':1}");

        assertThat(raised.status()).isEqualTo(200);
        assertThat(state(bob, hike)).isEqualTo("confirmed");
        assertWaitingAt(cleo.get(hike + "/signups/me"), 1);
        assertThat(lowered.status()).isEqualTo(409);
        assertThat(lowered.string("type")).isEqualTo("/problems/capacity-below-taken");
        assertThat(lowered.json().getInt("seatsTaken")).isEqualTo(2);
        olga.with("If-Match", raised.header("ETag")).patch(hike, "{'capacity':null}");
        assertThat(state(cleo, hike)).isEqualTo("confirmed");
    }

    @Test
    void theCapacityIsNotLoweredBelowWhatSomebodyWaitsFor() {
        var hike = published("'capacity':4,'guestsAllowed':2");
        signUp(ann, hike, 1);
        signUp(bob, hike, 2);
        signUp(cleo, hike, 0);

        var refused = olga.with("If-Match", "*").patch(hike, "{'capacity':2}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.string("type")).isEqualTo("/problems/capacity-below-wanted");
        assertThat(refused.json().getInt("seatsWanted")).isEqualTo(3);
        assertThat(availability(hike).getInt("capacity")).isEqualTo(4);
        assertThat(olga.with("If-Match", "*").patch(hike, "{'capacity':3}").status())
                .isEqualTo(200);
        assertWaitingAt(bob.get(hike + "/signups/me"), 1);
        ann.delete(hike + "/signups/me");
        assertThat(state(bob, hike)).isEqualTo("confirmed");
        bob.delete(hike + "/signups/me");
        assertThat(state(cleo, hike)).isEqualTo("confirmed");
    }

    @Test
    void whatIsPutOffAfterItHasBegunLetsInWhoWaits() {
        var hike = published(Instant.now().minusSeconds(3_600), "'capacity':1");
        List.of(ann, bob).forEach(member -> act(olga, "PUT", hike + "/signups/" + member.id(), "{'guests':0}"));
        olga.delete(hike + "/signups/" + ann.id());
        assertThat(state(bob, hike)).isEqualTo("waiting");

        olga.with("If-Match", "*").patch(hike, "{'startsLocal':'2090-06-01T10:00'}");

        assertThat(state(bob, hike)).isEqualTo("confirmed");
        assertThat(last(bob.get(hike + "/waitlist/log")).getString("cause")).isEqualTo("seat-freed");
        assertThat(signUp(cleo, hike, 0).string("state")).isEqualTo("waiting");
    }

    @Test
    void whoIsGoneHasNoSeatInWhatIsPutOff() {
        var hike = published("'capacity':3,'visibility':'public'");
        var dan = nobody.signedUp("Dan");
        var eve = nobody.signedUp("Eve");
        var fay = nobody.signedUp("Fay");
        var gil = nobody.signedUp("Gil");
        List.of(fay, gil).forEach(member -> member.put(group + "/members/me"));
        List.of(dan, ann, fay, bob, cleo, gil).forEach(person -> signUp(person, hike, 0));
        signUp(eve, hike, 0);
        var begun = Instant.now().minus(1, ChronoUnit.HOURS).atOffset(ZoneOffset.UTC);
        olga.with("If-Match", "*")
                .patch(hike, "{'startsLocal':'%s','visibility':'group'}".formatted(begun.toLocalDateTime()));
        List.of(ann, bob).forEach(member -> olga.patch(group + "/members/" + member.id(), "{'state':'banned'}"));
        fay.delete("/api/v1/me");
        cleo.delete(group + "/members/me");

        olga.with("If-Match", "*").patch(hike, "{'startsLocal':'2090-06-01T10:00'}");

        assertThat(olga.get(hike + "/signups").items())
                .extracting(any -> any.getString("displayName") + " " + any.getString("state"))
                .containsExactly("Dan confirmed", "Gil confirmed", "Eve confirmed");
        assertThat(availability(hike).getInt("seatsTaken")).isEqualTo(3);
        assertThat(availability(hike).getInt("waiting")).isZero();
        assertThat(olga.get(hike + "/waitlist/log").items())
                .filteredOn(move -> move.getString("to").equals("cancelled"))
                .extracting(move -> move.getString("cause"))
                .containsExactly("banned", "erased", "banned", "left-group");
        assertThat(kinds(bob)).startsWith("member.banned").doesNotContain("signup.promoted");
        assertThat(kinds(dan)).contains("activity.moved");
        assertThat(kinds(gil)).contains("signup.promoted", "activity.moved");
        assertThat(ids(ann.get("/api/v1/me/activities"))).isEmpty();
    }

    @Test
    void ofWhatIsOverNobodyIsTold() {
        var over = published(Instant.now().minus(2, ChronoUnit.HOURS), "'visibility':'public'");
        var begun = published(Instant.now().minus(30, ChronoUnit.MINUTES), "'visibility':'group'");
        for (var hike : List.of(over, begun)) {
            List.of(ann, bob).forEach(member -> act(olga, "PUT", hike + "/signups/" + member.id(), "{}"));
        }
        ann.delete(group + "/members/me");
        var nextYear = Instant.now().plus(365, ChronoUnit.DAYS).atOffset(ZoneOffset.UTC);
        var before = kinds(bob);

        olga.with("If-Match", "*").patch(over, "{'place':'Lake','visibility':'group'}");
        assertThat(kinds(bob)).isEqualTo(before);

        olga.with("If-Match", "*").patch(begun, "{'place':'Lake'}");
        olga.with("If-Match", "*").patch(over, "{'startsLocal':'%s'}".formatted(nextYear.toLocalDateTime()));
        olga.with("If-Match", "*").patch(over, "{'startsLocal':'2020-06-01T10:00'}");
        olga.post(over + "/cancel");
        olga.post(begun + "/cancel");

        assertThat(kinds(bob).subList(0, kinds(bob).size() - before.size()))
                .containsExactly("activity.cancelled", "activity.moved", "activity.moved", "activity.moved");
        assertThat(kinds(ann)).containsOnly("signup.set");
    }

    /** Of a person's notifications, the newest first. */
    private static List<String> kinds(Client person) {
        return person.get("/api/v1/me/notifications").items().stream()
                .map(notification -> notification.getString("kind"))
                .toList();
    }

    @Test
    void signUpsDoNotDisturbAnOrganizersEdit() {
        var hike = published("'capacity':5");
        var tag = olga.get(hike).header("ETag");

        signUp(ann, hike, 0);

        assertThat(olga.get(hike).header("ETag")).isEqualTo(tag);
        assertThat(olga.with("If-Match", tag).patch(hike, "{'title':'Climb'}").status())
                .isEqualTo(200);
    }

    @Test
    void oneSignsUpInsideTheWindowOnly() {
        var early = published("'signupOpensAt':'2090-01-01T00:00:00Z'");
        var late = published("'signupClosesAt':'2020-01-01T00:00:00Z'");
        var begun = published(Instant.now().minus(1, ChronoUnit.HOURS), "'capacity':5");

        for (var hike : List.of(early, late, begun)) {
            assertThat(signUp(ann, hike, 0).status()).isEqualTo(409);
            assertThat(signUp(ann, hike, 0).string("type")).isEqualTo("/problems/signup-window-closed");
            assertThat(availability(hike).getBoolean("open")).isFalse();
            assertThat(act(olga, "PUT", hike + "/signups/" + ann.id(), "{}").status())
                    .isEqualTo(201);
        }
        assertThat(ann.delete(begun + "/signups/me").string("type")).isEqualTo("/problems/signup-window-closed");
        assertThat(ann.delete(late + "/signups/me").status()).isEqualTo(204);
    }

    @Test
    void draftsAndCancelledActivitiesTakeNobody() {
        var draft = group + "/activities/"
                + olga.post(group + "/activities", body("'capacity':5", Instant.parse("2090-06-01T10:00:00Z")))
                        .id();
        var cancelled = published("'capacity':5");
        signUp(bob, cancelled, 0);
        olga.post(cancelled + "/cancel");

        assertThat(signUp(ann, draft, 0).status()).isEqualTo(404);
        assertThat(signUp(olga, draft, 0).string("type")).isEqualTo("/problems/signup-window-closed");
        assertThat(signUp(ann, cancelled, 0).string("type")).isEqualTo("/problems/already-cancelled");
        assertThat(bob.delete(cancelled + "/signups/me").string("type")).isEqualTo("/problems/already-cancelled");
        assertThat(state(bob, cancelled)).isEqualTo("confirmed");
    }

    @Test
    void strangersSignUpForWhatIsPublicOnly() {
        var dora = nobody.signedUp("Dora");
        var forMembers = published("'capacity':5,'visibility':'group'");
        var forAll = published("'capacity':5,'visibility':'public'");

        assertThat(signUp(dora, forMembers, 0).string("type")).isEqualTo("/problems/membership-required");
        assertThat(signUp(dora, forAll, 0).status()).isEqualTo(201);
        assertThat(signUp(nobody, forAll, 0).status()).isEqualTo(401);
        assertThat(dora.get(forAll + "/signups").status()).isEqualTo(403);
        assertThat(nobody.get(forAll + "/availability").status()).isEqualTo(200);
        assertThat(dora.delete(forAll + "/signups/me").status()).isEqualTo(204);
    }

    @Test
    void aHiddenGroupIsAnsweredAsIfThereWereNone() {
        var dora = nobody.signedUp("Dora");
        var hike = published("'capacity':5");
        olga.with("If-Match", "*").patch(group, "{'visibility':'private'}");

        for (var activity : List.of(hike, group + "/activities/" + UUID.randomUUID())) {
            var nowhere = activity.replace(group, "/api/v1/groups/" + UUID.randomUUID());

            assertThat(told(nobody.get(activity + "/availability")))
                    .isEqualTo(told(nobody.get(nowhere + "/availability")));
            assertThat(answers(dora, activity)).isEqualTo(answers(dora, nowhere));
        }
    }

    @Test
    void thatThereIsADraftIsForOrganizersToKnow() {
        var draft = group + "/activities/"
                + olga.post(group + "/activities", body("'capacity':5", Instant.parse("2090-06-01T10:00:00Z")))
                        .id();

        assertThat(answers(ann, draft)).isEqualTo(answers(ann, group + "/activities/" + UUID.randomUUID()));
    }

    @Test
    void whoIsBannedLosesTheirSeatAndGetsNone() {
        var hike = published("'capacity':1,'visibility':'public'");
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);

        olga.patch(group + "/members/" + ann.id(), "{'state':'banned'}");

        assertThat(state(bob, hike)).isEqualTo("confirmed");
        assertThat(signUp(ann, hike, 0).string("type")).isEqualTo("/problems/banned");
    }

    @Test
    void whoLeavesTheGroupOrIsRemovedLosesTheirSeats() {
        var hike = published("'capacity':1");
        var walk = published("'capacity':1");
        for (var activity : List.of(hike, walk)) {
            List.of(ann, bob, cleo).forEach(member -> signUp(member, activity, 0));
        }

        ann.delete(group + "/members/me");
        olga.delete(group + "/members/" + bob.id());

        for (var activity : List.of(hike, walk)) {
            assertThat(state(cleo, activity)).isEqualTo("confirmed");
            assertThat(availability(activity).getInt("seatsTaken")).isEqualTo(1);
            assertThat(availability(activity).getInt("waiting")).isZero();
        }
    }

    @Test
    void organizersActForOthers() {
        var hike = published("'capacity':2,'guestsAllowed':3");
        var dora = nobody.signedUp("Dora");

        var set = act(olga, "PUT", hike + "/signups/" + ann.id(), "{'guests':1}");
        var came = act(olga, "PATCH", hike + "/signups/" + ann.id(), "{'attendance':'attended','guests':0}");

        assertThat(set.status()).isEqualTo(201);
        assertThat(set.string("madeBy")).isEqualTo(olga.id().toString());
        assertThat(came.string("attendance")).isEqualTo("attended");
        assertThat(came.json().getInt("seats")).isEqualTo(1);
        assertThat(act(olga, "PUT", hike + "/signups/" + dora.id(), "{}").string("type"))
                .isEqualTo("/problems/membership-required");
        assertThat(act(bob, "PUT", hike + "/signups/" + ann.id(), "{}").status())
                .isEqualTo(403);
        assertThat(act(bob, "PATCH", hike + "/signups/" + ann.id(), "{'attendance':'no_show'}")
                        .status())
                .isEqualTo(403);
        assertThat(bob.delete(hike + "/signups/" + ann.id()).status()).isEqualTo(403);
        assertThat(act(olga, "PATCH", hike + "/signups/" + bob.id(), "{'attendance':'attended'}")
                        .status())
                .isEqualTo(404);
        assertThat(olga.delete(hike + "/signups/" + ann.id() + "?reason=ill").status())
                .isEqualTo(204);
        assertThat(state(ann, hike)).isEqualTo("cancelled");
    }

    @Test
    void inAnArchivedGroupPeopleCanLeaveAndBeTakenOffNothingElse() {
        var hike = published("'capacity':1,'guestsAllowed':1");
        List.of(ann, bob, cleo).forEach(member -> signUp(member, hike, 0));
        olga.post(group + "/archive");

        var refused = Stream.of(
                signUp(olga, hike, 0),
                act(olga, "PUT", hike + "/signups/" + olga.id(), "{'guests':0}"),
                olga.patch(hike + "/signups/" + ann.id(), "{'guests':1}"),
                olga.post(hike + "/signups/" + bob.id() + "/promote", "{'reason':'why not'}"));

        assertThat(refused).extracting(answer -> answer.string("type")).containsOnly("/problems/group-archived");
        assertThat(olga.delete(hike + "/signups/" + ann.id()).status()).isEqualTo(204);
        assertThat(state(bob, hike)).isEqualTo("confirmed");
        assertThat(bob.delete(hike + "/signups/me").status()).isEqualTo(204);
    }

    @Test
    void anOrganizerLetsSomebodyInOutOfTurnAndSaysWhy() {
        var hike = published("'capacity':3,'guestsAllowed':2");
        signUp(olga, hike, 1);
        signUp(ann, hike, 1);
        signUp(bob, hike, 0);
        signUp(cleo, hike, 0);

        var wordless = olga.post(hike + "/signups/" + bob.id() + "/promote", "{}");
        var promoted = olga.post(hike + "/signups/" + bob.id() + "/promote", "{'reason':'drives the bus'}");
        var full = olga.post(hike + "/signups/" + cleo.id() + "/promote", "{'reason':'too'}");

        assertThat(wordless.status()).isEqualTo(422);
        assertThat(promoted.string("state")).isEqualTo("confirmed");
        assertThat(full.string("type")).isEqualTo("/problems/activity-full");
        assertWaitingAt(ann.get(hike + "/signups/me"), 1);
        var move = last(ann.get(hike + "/waitlist/log"));
        assertThat(move.getString("cause")).isEqualTo("promoted");
        assertThat(move.getString("reason")).isEqualTo("drives the bus");
        assertThat(move.getString("userId")).isEqualTo(bob.id().toString());
    }

    @Test
    void theQueueExplainsItselfToThoseItConcerns() {
        var hike = published("'capacity':1");
        List.of(ann, bob).forEach(member -> signUp(member, hike, 0));
        ann.delete(hike + "/signups/me");

        var all = olga.get(hike + "/waitlist/log").items();
        var bobs = bob.get(hike + "/waitlist/log").items();

        assertThat(all)
                .extracting(move -> move.getString("cause") + ":" + move.getString("to"))
                .containsExactly("joined:confirmed", "joined:waiting", "left:cancelled", "seat-freed:confirmed");
        assertThat(all.get(0).isNull("from")).isTrue();
        assertThat(all.get(3).isNull("madeBy")).isTrue();
        assertThat(bobs).extracting(move -> move.getString("cause")).containsExactly("joined", "seat-freed");
        assertThat(cleo.get(hike + "/waitlist/log").status()).isEqualTo(403);
        assertThat(nobody.get(hike + "/waitlist/log").status()).isEqualTo(401);
    }

    @Test
    void membersSeeWhoTakesPartInTheOrderOfComing() {
        var hike = published("'capacity':1");
        List.of(bob, ann, cleo).forEach(member -> signUp(member, hike, 0));
        bob.delete(hike + "/signups/me");

        var page = cleo.get(hike + "/signups?limit=1");
        var next = cleo.get(hike + "/signups?limit=1&cursor=" + page.string("next"));

        assertThat(page.items().get(0).getString("displayName")).isEqualTo("Ann");
        assertThat(next.items().get(0).getString("displayName")).isEqualTo("Cleo");
        assertThat(next.items().get(0).getInt("position")).isEqualTo(1);
        assertThat(next.json().isNull("next")).isTrue();
        assertThat(cleo.get(hike + "/signups?state=waiting").items()).hasSize(1);
        assertThat(cleo.get(hike + "/signups?state=cancelled").status()).isEqualTo(403);
        assertThat(olga.get(hike + "/signups?state=cancelled").items()).hasSize(1);
        assertThat(nobody.get(hike + "/signups").status()).isEqualTo(403);
    }

    @Test
    void everybodyHasAnAgenda() {
        var hike = published(Instant.parse("2090-06-02T10:00:00Z"), "'capacity':1");
        var walk = published(Instant.parse("2090-06-01T10:00:00Z"), "'capacity':1");
        var swim = published(Instant.parse("2090-06-03T10:00:00Z"), "'capacity':1");
        signUp(bob, walk, 0);
        List.of(hike, walk, swim).forEach(activity -> signUp(ann, activity, 0));
        ann.delete(swim + "/signups/me");

        var agenda = ann.get("/api/v1/me/activities?limit=1");
        var next = ann.get("/api/v1/me/activities?limit=1&cursor=" + agenda.string("next"));

        assertThat(walk)
                .endsWith(agenda.items().get(0).getJsonObject("activity").getString("id"));
        assertThat(agenda.items().get(0).getJsonObject("signup").getInt("position"))
                .isEqualTo(1);
        assertThat(hike).endsWith(next.items().get(0).getJsonObject("activity").getString("id"));
        assertThat(next.json().isNull("next")).isTrue();
        assertThat(ann.get("/api/v1/me/activities?from=2090-06-02T00:00:00Z").items())
                .hasSize(1);
    }

    @Test
    void everybodySeesWhatIsComingUpInTheirGroups() {
        var walk = published(Instant.parse("2090-06-01T10:00:00Z"), "'capacity':1");
        var hike = published(Instant.parse("2090-06-02T10:00:00Z"), "'visibility':'group'");
        var swim = published(Instant.parse("2090-06-03T10:00:00Z"), "'capacity':1");
        signUp(bob, walk, 0);
        List.of(walk, swim).forEach(activity -> signUp(ann, activity, 0));
        ann.delete(swim + "/signups/me");

        var first = ann.get("/api/v1/me/upcoming?limit=1");
        var rest = ann.get("/api/v1/me/upcoming?cursor=" + first.string("next"));

        assertThat(ids(first)).containsExactly(idOf(walk));
        assertThat(first.items().get(0).getJsonObject("signup").getInt("position"))
                .isEqualTo(1);
        assertThat(first.items().get(0).getJsonObject("activity").getInt("seatsTaken"))
                .isEqualTo(1);
        assertThat(ids(rest)).containsExactly(idOf(hike), idOf(swim));
        assertThat(rest.items()).allMatch(item -> item.isNull("signup"));
        assertThat(rest.json().isNull("next")).isTrue();
        assertThat(ids(ann.get("/api/v1/me/upcoming?unanswered=true"))).containsExactly(idOf(hike), idOf(swim));
    }

    @Test
    void whatIsNotToComeInAGroupOfTheirsIsNotComingUp() {
        var cancelled = published("'capacity':1");
        olga.post(cancelled + "/cancel");
        olga.post(group + "/activities", body("'visibility':'public'", Instant.parse("2090-06-01T10:00:00Z")));
        published(Instant.now().minus(1, ChronoUnit.DAYS), "'capacity':1");
        var hike = published("'visibility':'public'");
        var asking = nobody.signedUp("Dora");
        var etag = olga.get(group).header("ETag");
        assertThat(olga.with("If-Match", etag)
                        .patch(group, "{'joinPolicy':'request'}")
                        .status())
                .isEqualTo(200);
        asking.put(group + "/members/me");
        olga.patch(group + "/members/" + cleo.id(), "{'state':'banned'}");

        assertThat(ids(ann.get("/api/v1/me/upcoming"))).containsExactly(idOf(hike));
        assertThat(ids(cleo.get("/api/v1/me/upcoming"))).isEmpty();
        assertThat(ids(asking.get("/api/v1/me/upcoming"))).isEmpty();
        assertThat(nobody.get("/api/v1/me/upcoming").status()).isEqualTo(401);
        assertThat(ann.get("/api/v1/me/upcoming?unanswered=yes").string("type"))
                .isEqualTo("/problems/invalid-parameter");
        olga.post(group + "/archive");
        assertThat(ids(ann.get("/api/v1/me/upcoming"))).isEmpty();
    }

    private static List<String> ids(Answer answer) {
        return answer.items().stream()
                .map(item -> item.getJsonObject("activity").getString("id"))
                .toList();
    }

    private static String idOf(String activity) {
        return activity.substring(activity.lastIndexOf('/') + 1);
    }

    private String published(String fields) {
        return published(Instant.parse("2090-06-01T10:00:00Z"), fields);
    }

    private String published(Instant start, String fields) {
        var activity = group + "/activities/"
                + olga.post(group + "/activities", body(fields, start)).id();
        assertThat(olga.post(activity + "/publish").status()).isEqualTo(200);
        return activity;
    }

    private static String body(String fields, Instant start) {
        var local = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").format(start.atOffset(ZoneOffset.UTC));
        return "{'title':'Hike','startsLocal':'%s','zone':'Etc/UTC','durationMinutes':60,%s}".formatted(local, fields);
    }

    private static Answer signUp(Client member, String activity, int guests) {
        return act(member, "PUT", activity + "/signups/me", "{'guests':" + guests + "}");
    }

    private static Answer act(Client client, String method, String path, String body) {
        return client.with("Content-Type", "application/json").send(method, path, Client.json(body));
    }

    /** What is told to whoever asks for and does what one can with sign-ups. */
    private List<String> answers(Client who, String activity) {
        var other = activity + "/signups/" + ann.id();
        return Stream.of(
                        who.get(activity + "/availability"),
                        who.get(activity + "/signups"),
                        who.get(activity + "/signups/me"),
                        who.get(activity + "/waitlist/log"),
                        signUp(who, activity, 0),
                        who.delete(activity + "/signups/me"),
                        act(who, "PUT", other, "{'guests':0}"),
                        who.patch(other, "{'guests':0}"),
                        who.delete(other),
                        who.post(other + "/promote", "{'reason':'why not'}"))
                .map(SignUpsIT::told)
                .toList();
    }

    private static String told(Answer answer) {
        return answer.status() + " " + answer.string("detail");
    }

    private static String state(Client member, String activity) {
        return member.get(activity + "/signups/me").string("state");
    }

    private JsonObject availability(String activity) {
        return olga.get(activity + "/availability").json();
    }

    private static JsonObject last(Answer log) {
        return log.items().get(log.items().size() - 1);
    }

    private static void assertWaitingAt(Answer answer, Integer position) {
        assertThat(answer.string("state")).isEqualTo(position == null ? "confirmed" : "waiting");
        if (position != null) {
            assertThat(answer.json().getInt("position")).isEqualTo(position);
        }
    }
}
