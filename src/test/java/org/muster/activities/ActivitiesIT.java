package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;

@ExtendWith(RunningMuster.class)
class ActivitiesIT {
    private final Client nobody;
    private final Client ann;
    private final Client bob;

    ActivitiesIT(Client nobody) {
        this.nobody = nobody;
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
    }

    @Test
    void anActivityStartsAsADraftThatOnlyOrganizersSee() {
        var group = group("public");
        bob.put(group + "/members/me");

        var hike = ann.post(group + "/activities", """
                {'title':'Hike','startsLocal':'2027-07-01T18:30','zone':'America/Toronto','durationMinutes':90,
                 'capacity':12,'waitlist':true,'visibility':'public'}
                """);

        assertThat(hike.status()).isEqualTo(201);
        assertThat(hike.header("ETag")).isEqualTo("\"1\"");
        assertThat(hike.string("state")).isEqualTo("draft");
        assertThat(hike.string("startsLocal")).isEqualTo("2027-07-01T18:30:00");
        assertThat(hike.string("startsAt")).isEqualTo("2027-07-01T18:30:00-04:00");
        assertThat(hike.string("endsAt")).isEqualTo("2027-07-01T20:00:00-04:00");
        var path = group + "/activities/" + hike.id();
        assertThat(hike.header("Location")).endsWith(path);
        assertThat(ann.get(path).json()).isEqualTo(hike.json());
        assertThat(bob.get(path).status()).isEqualTo(404);
        assertThat(nobody.get(path).status()).isEqualTo(404);
        assertThat(titles(bob.get(group + "/activities"))).isEmpty();
        assertThat(titles(ann.get(group + "/activities"))).containsExactly("Hike");
    }

    @Test
    void aCopyIsADraftAtAnotherTime() {
        var group = group("public");
        var hike = ann.post(group + "/activities", """
                {'title':'Hike','startsLocal':'2027-07-01T18:30','zone':'America/Toronto','durationMinutes':90,
                 'capacity':12,'signupClosesAt':'2027-07-01T12:00:00-04:00'}
                """);
        ann.post(group + "/activities/" + hike.id() + "/publish");

        var copy = ann.post(group + "/activities/" + hike.id() + "/duplicate", "{'startsLocal':'2027-07-08T18:30'}");
        var same = ann.post(group + "/activities/" + hike.id() + "/duplicate", "{}");
        var absent = ann.post(group + "/activities/" + hike.id() + "/duplicate", "{'startsLocal':null}");

        assertThat(copy.status()).isEqualTo(201);
        assertThat(absent.string("startsAt")).isEqualTo(hike.string("startsAt"));
        assertThat(copy.header("Location")).endsWith(group + "/activities/" + copy.id());
        assertThat(copy.string("state")).isEqualTo("draft");
        assertThat(copy.json().getInt("capacity")).isEqualTo(12);
        assertThat(copy.string("startsAt")).isEqualTo("2027-07-08T18:30:00-04:00");
        assertThat(copy.string("signupClosesAt")).isEqualTo("2027-07-08T12:00:00-04:00");
        assertThat(same.string("startsAt")).isEqualTo(hike.string("startsAt"));
        assertThat(bob.post(group + "/activities/" + hike.id() + "/duplicate", "{}")
                        .status())
                .isEqualTo(403);
        assertThat(ann.post(group + "/activities/" + hike.id() + "/duplicate", "{'startsLocal':'noon'}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void timesAreKeptToTheMicrosecond() {
        var group = group("public");
        var hike = ann.post(
                group + "/activities",
                "{'title':'Late','startsLocal':'2100-12-31T23:59:59.9999999','zone':'UTC','durationMinutes':90}");
        var closed = ann.post(group + "/activities", """
                {'title':'Closed','startsLocal':'2027-07-01T18:30','durationMinutes':90,
                 'signupOpensAt':'2027-01-01T00:00:00.0000001Z','signupClosesAt':'2027-01-01T00:00:00.0000002Z'}
                """);

        assertThat(hike.string("startsAt")).isEqualTo("2100-12-31T23:59:59.999999Z");
        assertThat(ann.with("If-Match", "*")
                        .patch(group + "/activities/" + hike.id(), "{'title':'Later'}")
                        .status())
                .isEqualTo(200);
        assertThat(closed.status()).isEqualTo(422);
    }

    @Test
    void onlyOrganizersPlan() {
        var group = group("public");
        bob.put(group + "/members/me");
        var body = "{'title':'Hike','startsLocal':'2027-07-01T18:30','durationMinutes':90}";

        assertThat(nobody.post(group + "/activities", body).status()).isEqualTo(401);
        assertThat(bob.post(group + "/activities", body).status()).isEqualTo(403);
        ann.patch(group + "/members/" + bob.id(), "{'role':'organizer'}");
        assertThat(bob.post(group + "/activities", body).string("zone")).isEqualTo("America/Toronto");
    }

    @Test
    void whatIsPublishedIsSeenByThoseItIsFor() {
        var open = group("public");
        var hidden = group("private");
        bob.put(open + "/members/me");
        var forAll = published(open, "public");
        var forMembers = published(open, "group");
        var hiddenForAll = published(hidden, "public");
        var hiddenForMembers = published(hidden, "group");

        assertThat(nobody.get(forAll).status()).isEqualTo(200);
        assertThat(nobody.get(forMembers).status()).isEqualTo(403);
        assertThat(bob.get(forMembers).status()).isEqualTo(200);
        assertThat(nobody.get(hiddenForAll).status()).isEqualTo(200);
        assertThat(nobody.get(hiddenForMembers).status()).isEqualTo(404);
        assertThat(bob.get(hiddenForMembers).status()).isEqualTo(404);
        assertThat(titles(nobody.get(open + "/activities"))).containsExactly("public");
        assertThat(titles(bob.get(open + "/activities"))).containsExactlyInAnyOrder("public", "group");
        assertThat(nobody.get(hidden + "/activities").status()).isEqualTo(404);
    }

    @Test
    void listsShowSeatsAndOneActivityDoesNot() {
        var group = group("public");
        var hike = published(group, "public");
        ann.with("Content-Type", "application/json").send("PUT", hike + "/signups/me", Client.json("{'guests':0}"));

        var listed = ann.get(group + "/activities").items().get(0);
        var mine = ann.get("/api/v1/me/activities").items().stream()
                .map(one -> one.getJsonObject("activity"))
                .filter(activity -> activity.getString("id").equals(listed.getString("id")))
                .toList();

        assertThat(listed.getInt("seatsTaken")).isEqualTo(1);
        assertThat(listed.getInt("waiting")).isZero();
        assertThat(mine).containsExactly(listed);
        assertThat(ann.get(hike).json()).doesNotContainKey("seatsTaken");
    }

    @Test
    void aChangeNeedsTheVersionThatItIsMadeOn() {
        var group = group("public");
        var hike = activity(group, "2027-07-01T18:30");

        assertThat(ann.patch(hike, "{'place':'Gate'}").status()).isEqualTo(428);
        assertThat(ann.with("If-Match", "\"2\"").patch(hike, "{'place':'Gate'}").status())
                .isEqualTo(412);
        var moved = ann.with("If-Match", "\"1\"").patch(hike, "{'place':'Gate','capacity':5}");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.header("ETag")).isEqualTo("\"2\"");
        assertThat(moved.json().getInt("sequence")).isEqualTo(1);
        var renamed = ann.with("If-Match", "\"2\"").patch(hike, "{'title':'Walk','capacity':null}");
        assertThat(renamed.json().isNull("capacity")).isTrue();
        assertThat(renamed.json().getInt("sequence")).isEqualTo(1);
        assertThat(ann.with("If-None-Match", "\"3\"").get(hike).status()).isEqualTo(304);
    }

    /** I12. */
    @Test
    void ofManyWhoChangeTheSameVersionOneSucceeds() throws Exception {
        var group = group("public");
        var hike = activity(group, "2027-07-01T18:30");
        var holder = ann.with("If-Match", "\"1\"");

        var answers = Client.atOnce(IntStream.range(0, 10)
                .<Callable<Answer>>mapToObj(change -> () -> holder.patch(hike, "{'title':'%d'}".formatted(change)))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(200, 412).containsOnlyOnce(200);
        var winner = answers.stream()
                .filter(answer -> answer.status() == 200)
                .findFirst()
                .orElseThrow();
        assertThat(ann.get(hike).json()).isEqualTo(winner.json());
    }

    /** I10. */
    @Test
    void cancelledIsFinalAlsoForThoseWhoChangeAndPublishAtTheSameTime() throws Exception {
        var group = group("public");
        for (var round = 0; round < 10; round++) {
            var hike = activity(group, "2027-07-01T18:30");
            var holder = ann.with("If-Match", "*");
            var requests = new ArrayList<Callable<Answer>>();
            for (var time = 0; time < 3; time++) {
                requests.add(() -> ann.post(hike + "/publish"));
                requests.add(() -> holder.patch(hike, "{'title':'Walk'}"));
                requests.add(() -> ann.post(hike + "/cancel"));
            }

            var answers = Client.atOnce(requests);

            assertThat(answers).extracting(Answer::status).containsOnly(200, 409);
            assertThat(Stream.of(2, 5, 8).map(answers::get).map(Answer::status)).containsOnlyOnce(200);
            var cancelled = ann.get(hike);
            assertThat(cancelled.string("state")).isEqualTo("cancelled");
            assertThat(ann.post(hike + "/publish").string("type")).isEqualTo("/problems/already-cancelled");
            assertThat(holder.patch(hike, "{'title':'Run'}").status()).isEqualTo(409);
            assertThat(ann.get(hike).json()).isEqualTo(cancelled.json());
        }
    }

    @Test
    void aDraftThatIsCancelledIsStillForOrganizersOnly() {
        var group = group("public");
        bob.put(group + "/members/me");
        var hike = activity(group, "2027-07-01T18:30");
        ann.with("If-Match", "*").patch(hike, "{'visibility':'public'}");

        ann.post(hike + "/cancel");

        assertThat(ann.get(hike).string("state")).isEqualTo("cancelled");
        assertThat(bob.get(hike).status()).isEqualTo(404);
        assertThat(titles(nobody.get(group + "/activities"))).isEmpty();
    }

    @Test
    void whatIsCancelledAfterItWasPublishedIsStillSeen() {
        var group = group("public");
        var hike = published(group, "public");

        ann.post(hike + "/cancel");

        assertThat(nobody.get(hike).string("state")).isEqualTo("cancelled");
        assertThat(titles(nobody.get(group + "/activities?state=cancelled"))).hasSize(1);
    }

    @Test
    void inAnArchivedGroupActivitiesCanBeCancelledNothingElse() {
        var group = group("public");
        var hike = published(group, "public");
        ann.post(group + "/archive");

        assertThat(ann.with("If-Match", "*").patch(hike, "{'title':'Walk'}").string("type"))
                .isEqualTo("/problems/group-archived");
        assertThat(ann.post(hike + "/publish").status()).isEqualTo(409);
        assertThat(ann.post(hike + "/cancel").status()).isEqualTo(200);
    }

    @Test
    void publishingTwiceIsPublishingOnce() {
        var hike = activity(group("public"), "2027-07-01T18:30");

        var first = ann.post(hike + "/publish");
        var second = ann.post(hike + "/publish");

        assertThat(first.string("state")).isEqualTo("published");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json()).isEqualTo(first.json());
    }

    @Test
    void aTimeThatTheClocksSkipIsMovedOrRefused() {
        var group = group("public");
        var body = "{'title':'Early','startsLocal':'2027-03-14T02:30','zone':'America/Toronto','durationMinutes':30}";

        var moved = ann.post(group + "/activities", body);
        var refused = ann.post(group + "/activities?strict=true", body);

        assertThat(moved.json().getBoolean("adjusted")).isTrue();
        assertThat(moved.string("startsAt")).isEqualTo("2027-03-14T03:30:00-04:00");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.string("type")).isEqualTo("/problems/local-time-gap");
    }

    @Test
    void listsAreByStartAndFilteredAndPaged() {
        var group = group("public");
        for (var day : List.of("05", "01", "03", "03", "02", "04")) {
            activity(group, "2027-07-" + day + "T12:00");
        }
        ann.post(activity(group, "2027-07-06T12:00") + "/publish");

        assertThat(starts(ann.get(group + "/activities"))).isSorted().hasSize(7);
        assertThat(starts(ann.get(group + "/activities?from=2027-07-02T12:00:00-04:00&to=2027-07-04T12:00:00-04:00")))
                .containsExactly("2027-07-02T12:00:00-04:00", "2027-07-03T12:00:00-04:00", "2027-07-03T12:00:00-04:00");
        assertThat(starts(ann.get(group + "/activities?state=published"))).hasSize(1);
        assertThat(ann.get(group + "/activities?from=yesterday").status()).isEqualTo(400);
        assertThat(ann.get(group + "/activities?state=done").status()).isEqualTo(400);

        var seen = new ArrayList<String>();
        var answer = ann.get(group + "/activities?limit=2");
        while (true) {
            answer.items().forEach(item -> seen.add(item.getString("id")));
            if (answer.json().isNull("next")) {
                break;
            }
            answer = ann.get(group + "/activities?limit=2&cursor=" + answer.string("next"));
        }
        assertThat(seen).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void anActivityBelongsToItsGroupOnly() {
        var group = group("public");
        var other = group("public");
        var hike = activity(group, "2027-07-01T18:30");
        var id = hike.substring(hike.lastIndexOf('/') + 1);

        assertThat(ann.get(other + "/activities/" + id).status()).isEqualTo(404);
        assertThat(ann.post(other + "/activities/" + id + "/cancel").status()).isEqualTo(404);
        assertThat(ann.get(hike).string("state")).isEqualTo("draft");
    }

    private String group(String visibility) {
        var group = ann.post(
                "/api/v1/groups",
                "{'name':'Group','zone':'America/Toronto','joinPolicy':'open','visibility':'%s'}"
                        .formatted(visibility));
        return "/api/v1/groups/" + group.id();
    }

    private String activity(String group, String startsLocal) {
        var activity = ann.post(
                group + "/activities",
                "{'title':'Hike','startsLocal':'%s','durationMinutes':90}".formatted(startsLocal));
        return group + "/activities/" + activity.id();
    }

    private String published(String group, String visibility) {
        var activity = ann.post(
                group + "/activities",
                "{'title':'%s','startsLocal':'2027-07-01T18:30','durationMinutes':90,'visibility':'%s'}"
                        .formatted(visibility, visibility));
        var path = group + "/activities/" + activity.id();
        ann.post(path + "/publish");
        return path;
    }

    private static List<String> titles(Answer answer) {
        return answer.items().stream().map(item -> item.getString("title")).toList();
    }

    private static List<String> starts(Answer answer) {
        return answer.items().stream().map(item -> item.getString("startsAt")).toList();
    }
}
