package org.muster.calendar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import biweekly.ICalVersion;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.io.text.ICalReader;
import jakarta.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class CalendarIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client ann;
    private final Client bob;

    CalendarIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
    }

    @Test
    void aGroupsCalendarHasForEverybodyWhatTheyMaySee() {
        var group = group("public");
        published(group, "For all", "'visibility':'public'");
        published(group, "For members", "'visibility':'group'");
        activity(group, "Draft", "'visibility':'public'");
        ann.post(activity(group, "Cancelled draft", "'visibility':'public'") + "/cancel");
        var calendar = group + "/calendar.ics";

        assertThat(titles(nobody.get(calendar))).containsExactly("For all");
        assertThat(titles(bob.get(calendar))).containsExactly("For all");
        assertThat(titles(ann.get(calendar))).containsExactly("For all", "For members");
        bob.put(group + "/members/me");
        assertThat(titles(bob.get(calendar))).containsExactly("For all", "For members");
    }

    @Test
    void aHiddenGroupHasACalendarForItsMembersOnly() {
        var group = group("private");
        published(group, "Hike", "'visibility':'public'");
        var calendar = group + "/calendar.ics";

        assertThat(titles(ann.get(calendar))).containsExactly("Hike");
        assertNotFound(nobody.get(calendar));
        assertNotFound(bob.get(calendar));
        assertNotFound(nobody.get("/api/v1/groups/" + UUID.randomUUID() + "/calendar.ics"));
        assertNotFound(nobody.get("/api/v1/groups/none/calendar.ics"));
        assertThat(nobody.with("Authorization", "Bearer none").get(calendar).status())
                .isEqualTo(401);
    }

    @Test
    void oneActivityIsSeenAsItsJsonIs() {
        var open = group("public");
        var hidden = group("private");
        var forAll = published(open, "For all", "'visibility':'public'");
        var forMembers = published(open, "For members", "'visibility':'group'");
        var hiddenForAll = published(hidden, "For all", "'visibility':'public'");
        var hiddenForMembers = published(hidden, "For members", "'visibility':'group'");

        for (var path : List.of(forAll, forMembers, hiddenForAll, hiddenForMembers)) {
            for (var reader : List.of(nobody, bob, ann)) {
                var json = reader.get(path);
                var calendar = reader.get(path + ".ics");
                assertThat(calendar.status()).as(path).isEqualTo(json.status());
                if (json.status() == 200) {
                    assertThat(titles(calendar)).containsExactly(json.string("title"));
                } else {
                    assertThat(calendar.string("type")).isEqualTo(json.string("type"));
                }
            }
        }
        assertThat(nobody.get(forAll + "/availability").status()).isEqualTo(200);
        assertNotFound(ann.get(open + "/activities/none.ics"));
        assertNotFound(ann.get(open + "/activities/.ics"));
        assertNotFound(ann.get(hidden + forAll.substring(open.length()) + ".ics"));
        assertNotFound(ann.get(activity(open, "Draft", "'visibility':'public'") + ".ics"));
    }

    @Test
    void anEntrySaysWhatTheActivityIs() {
        var group = group("public");
        var path = published(
                group,
                "Hike",
                "'visibility':'public','description':'Bring water.','place':'Gate','onlineUrl':'https://meet.example.org/ä?a=1,2;b'");
        var activity = ann.get(path).json();

        var answer = nobody.get(group + "/calendar.ics");

        var calendar = calendar(answer);
        assertThat(calendar.getNames().get(0).getValue()).isEqualTo("Trail; runners, all");
        assertThat(calendar.getExperimentalProperty("X-WR-CALNAME").getValue()).isEqualTo("Trail\\; runners\\, all");
        assertThat(calendar.getRefreshInterval().getValue().toString()).isEqualTo("PT1H");
        assertThat(calendar.getExperimentalProperty("X-PUBLISHED-TTL").getValue())
                .isEqualTo("PT1H");
        assertThat(calendar.getMethod()).isNull();
        assertThat(calendar.validate(ICalVersion.V2_0).isEmpty()).isTrue();
        assertThat(calendar.getTimezoneInfo().getComponents()).isEmpty();
        var entry = calendar.getEvents().get(0);
        assertThat(entry.getUid().getValue()).isEqualTo(activity.getString("id") + "@muster.invalid");
        assertThat(entry.getSummary().getValue()).isEqualTo("Hike");
        assertThat(entry.getDescription().getValue()).isEqualTo("Bring water.");
        assertThat(entry.getLocation().getValue()).isEqualTo("Gate");
        assertThat(entry.getUrl().getValue()).isEqualTo("https://meet.example.org/%C3%A4?a=1,2;b");
        assertThat(entry.getStatus().isConfirmed()).isTrue();
        assertThat(entry.getSequence().getValue()).isEqualTo(activity.getInt("sequence"));
        assertThat(entry.getDateStart().getValue().toInstant()).isEqualTo(instant(activity.getString("startsAt")));
        assertThat(entry.getDateEnd().getValue().toInstant()).isEqualTo(instant(activity.getString("endsAt")));
        assertThat(entry.getCreated().getValue().toInstant()).isEqualTo(seconds(activity.getString("createdAt")));
        var updatedAt = seconds(activity.getString("updatedAt"));
        assertThat(entry.getLastModified().getValue().toInstant()).isEqualTo(updatedAt);
        assertThat(entry.getDateTimeStamp().getValue().toInstant()).isEqualTo(updatedAt);
        assertThat(answer.body())
                .doesNotContain("ORGANIZER", "ATTENDEE", "RRULE", "TZID", "example.org\r", "Ann", "localhost");
        assertThat(calendar(nobody.get(path + ".ics")).getNames()).isEmpty();
    }

    @Test
    void aCalendarIsAnsweredForCachesAndForSaving() {
        var group = group("public");
        var activity = published(group, "Hike", "'visibility':'public'");
        var slug = ann.get(group).string("slug");
        var id = activity.substring(activity.lastIndexOf('/') + 1);

        var answer = nobody.get(group + "/calendar.ics");

        assertThat(answer.header("Content-Type").replace(" ", "")).isEqualToIgnoringCase("text/calendar;charset=utf-8");
        assertThat(answer.header("Content-Disposition")).isEqualTo("inline; filename=\"" + slug + ".ics\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(answer.header("Vary")).contains("Authorization");
        assertThat(answer.header("ETag")).matches("\"[!-~&&[^\"]]+\"");
        assertThat(nobody.get(activity + ".ics").header("Content-Disposition"))
                .isEqualTo("inline; filename=\"" + id + ".ics\"");
        assertThat(nobody.with("Accept", "text/calendar")
                        .get(group + "/calendar.ics")
                        .status())
                .isEqualTo(200);
        assertThat(nobody.with("Accept", "application/json")
                        .get(group + "/calendar.ics")
                        .string("type"))
                .isEqualTo("/problems/not-acceptable");
        assertThat(nobody.get(group + "/calendar.ics?limit=1").string("type")).isEqualTo("/problems/invalid-parameter");
    }

    @Test
    void theTagChangesWithWhatIsInTheCalendarAndWithNothingElse() {
        var group = group("public");
        var calendar = group + "/calendar.ics";
        var hike = published(group, "Hike", "'visibility':'public'");
        var walk = published(group, "Walk", "'visibility':'group'");
        var draft = activity(group, "Draft", "'visibility':'public'");
        var tag = unchanged(nobody, calendar);

        bob.put(group + "/members/me");
        signUp(bob, hike);
        patch(walk, "'title':'Stroll'");
        patch(draft, "'title':'Plan'");
        assertThat(unchanged(nobody, calendar)).isEqualTo(tag);

        tag = changed(tag, calendar, () -> patch(hike, "'title':'Tour'"));
        tag = changed(tag, calendar, () -> patch(hike, "'place':'Gate'"));
        tag = changed(tag, calendar, () -> patch(walk, "'visibility':'public'"));
        tag = changed(tag, calendar, () -> ann.post(draft + "/publish"));
        tag = changed(tag, calendar, () -> ann.post(hike + "/cancel"));
        tag = changed(tag, calendar, () -> ann.with("If-Match", "*").patch(group, "{'name':'Others'}"));
        assertThat(titles(nobody.get(calendar))).containsExactlyInAnyOrder("Tour", "Stroll", "Plan");
        assertThat(nobody.with("If-None-Match", "\"other\", W/" + tag)
                        .get(calendar)
                        .status())
                .isEqualTo(304);
    }

    /** As many, of as high versions, and both changed in one instant. */
    @Test
    void theTagChangesWhenOneActivityTakesThePlaceOfAnother() throws SQLException {
        var group = group("public");
        var calendar = group + "/calendar.ics";
        var hike = published(group, "Hike", "'visibility':'public'");
        var walk = published(group, "Walk", "'visibility':'group'");
        execute("UPDATE activity SET updated_at = now() WHERE group_id = '%s'".formatted(id(group)));
        var tag = unchanged(nobody, calendar);

        execute("UPDATE activity SET visibility = CASE visibility WHEN 'public' THEN 'group' ELSE 'public' END"
                + " WHERE activity_id IN ('%s', '%s')".formatted(id(hike), id(walk)));

        assertThat(titles(nobody.get(calendar))).containsExactly("Walk");
        assertThat(unchanged(nobody, calendar)).isNotEqualTo(tag);
    }

    @Test
    void aChangeOfTimePlaceOrStateRaisesTheSequence() {
        var group = group("public");
        var hike = published(group, "Hike", "'visibility':'public'");
        var first = entry(nobody.get(hike + ".ics"));

        patch(hike, "'title':'Tour'");
        var renamed = entry(nobody.get(hike + ".ics"));
        patch(hike, "'startsLocal':'2027-07-02T18:30'");
        var moved = entry(nobody.get(hike + ".ics"));
        ann.post(hike + "/cancel");
        var cancelled = entry(nobody.get(hike + ".ics"));

        assertThat(List.of(first, renamed, moved, cancelled))
                .extracting(entry -> entry.getSequence().getValue())
                .containsExactly(1, 1, 2, 3);
        assertThat(List.of(renamed, moved, cancelled))
                .extracting(entry -> entry.getUid().getValue())
                .containsOnly(first.getUid().getValue());
        assertThat(moved.getDateStart().getValue().toInstant()).isEqualTo(instant("2027-07-02T18:30:00-04:00"));
        assertThat(cancelled.getStatus().isCancelled()).isTrue();
        assertThat(cancelled.getSummary().getValue()).isEqualTo("Tour");
    }

    @Test
    void whatIsCancelledStaysFor30DaysAndWhatIsPastForAYear() throws SQLException {
        var group = group("public");
        var calendar = group + "/calendar.ics";
        var cancelled = published(group, "Cancelled", "'visibility':'public'");
        ann.post(cancelled + "/cancel");
        published(group, "Past", "'visibility':'public','startsLocal':'%sT12:00'".formatted(daysAgo(360)));
        published(group, "Long past", "'visibility':'public','startsLocal':'%sT12:00'".formatted(daysAgo(368)));

        assertThat(titles(nobody.get(calendar))).containsExactly("Past", "Cancelled");
        var tag = unchanged(nobody, calendar);
        cancelledDaysAgo(cancelled, 29);
        assertThat(titles(nobody.get(calendar))).containsExactly("Past", "Cancelled");
        cancelledDaysAgo(cancelled, 31);
        assertThat(titles(nobody.get(calendar))).containsExactly("Past");
        assertThat(unchanged(nobody, calendar)).isNotEqualTo(tag);
        assertThat(entry(nobody.get(cancelled + ".ics")).getStatus().isCancelled())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // Both sides of both changes of the clocks.
        "America/Toronto,     2027-03-13T18:30, 2027-03-13T23:30:00Z",
        "America/Toronto,     2027-03-14T02:30, 2027-03-14T07:30:00Z", // skipped
        "America/Toronto,     2027-03-14T18:30, 2027-03-14T22:30:00Z",
        "America/Toronto,     2027-11-06T18:30, 2027-11-06T22:30:00Z",
        "America/Toronto,     2027-11-07T01:30, 2027-11-07T05:30:00Z", // shown twice: the first
        "America/Toronto,     2027-11-07T18:30, 2027-11-07T23:30:00Z",
        "America/Vancouver,   2027-07-01T18:30, 2027-07-02T01:30:00Z",
        // Half an hour.
        "Australia/Lord_Howe, 2027-04-03T18:30, 2027-04-03T07:30:00Z",
        "Australia/Lord_Howe, 2027-04-04T18:30, 2027-04-04T08:00:00Z",
        "Australia/Lord_Howe, 2027-10-03T02:15, 2027-10-02T15:45:00Z", // skipped
    })
    void timesAreInUtc(String zone, String startsLocal, Instant startsAt) {
        var hike = published(
                group("public"),
                "Hike",
                "'visibility':'public','zone':'%s','startsLocal':'%s'".formatted(zone, startsLocal));

        var answer = nobody.get(hike + ".ics");

        assertThat(entry(answer).getDateStart().getValue().toInstant()).isEqualTo(startsAt);
        assertThat(entry(answer).getDateEnd().getValue().toInstant()).isEqualTo(startsAt.plus(Duration.ofMinutes(90)));
        assertThat(answer.body()).contains("DTSTART:" + startsAt.toString().replaceAll("[-:]", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "é, 199",
        "字, 199",
        "😀, 199",
        "👩‍👩‍👧‍👦, 28",
        "x, 200",
    })
    void longLinesAreFoldedBetweenCharacters(String characters, int times) {
        var group = group("public");
        var title = characters.repeat(times);
        var description = ("a" + characters).repeat(300);
        var hike = published(
                group, title, "'visibility':'public','place':'b%s','description':'%s'".formatted(title, description));

        var answer = nobody.get(group + "/calendar.ics");

        assertThat(List.of(answer.body().split("\r\n")))
                .allSatisfy(line -> assertThat(line.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(75));
        assertThat(answer.body()).endsWith("END:VCALENDAR\r\n");
        assertThat(answer.body().replace("\r\n", "")).doesNotContain("\r", "\n");
        assertThat(entry(answer).getSummary().getValue()).isEqualTo(title);
        assertThat(entry(answer).getLocation().getValue()).isEqualTo("b" + title);
        assertThat(entry(answer).getDescription().getValue()).isEqualTo(description);
        assertThat(entry(nobody.get(hike + ".ics")).getSummary().getValue()).isEqualTo(title);
    }

    @Test
    void textStaysWhatItIs() {
        var group = group("public");
        var title = "a,b;c\\d \\n \"e\": f";
        var description = "One,\nTwo;\r\n\r\nEND:VEVENT\r\nBEGIN:VEVENT\rSUMMARY:Three\\\t\u2028Four";
        published(
                group,
                title,
                "'visibility':'public','place':" + quoted(title) + ",'description':" + quoted(description));

        var answer = nobody.get(group + "/calendar.ics");

        assertThat(calendar(answer).getEvents()).hasSize(1);
        assertThat(entry(answer).getSummary().getValue()).isEqualTo(title);
        assertThat(entry(answer).getLocation().getValue()).isEqualTo(title);
        assertThat(entry(answer).getDescription().getValue().replaceAll("\\R", "\n"))
                .isEqualTo(description.replaceAll("\\R", "\n"));
    }

    @Test
    void noLineBreakGetsIntoTheCalendarByAnyField() throws SQLException {
        var group = group("public");
        var hike = published(group, "Hike", "'visibility':'public'");
        for (var field : List.of("title", "place", "onlineUrl")) {
            for (var lineBreak : List.of("\n", "\r\n", "\r")) {
                var value = quoted("https://a.example/" + lineBreak + "ATTENDEE:mailto:eve@example.org");
                var refused = ann.with("If-Match", "*").patch(hike, "{'%s':%s}".formatted(field, value));
                assertThat(refused.status()).as(field).isEqualTo(422);
            }
        }

        // Nor when it got past those who look.
        execute("UPDATE activity SET title = 'Hike' || chr(13) || chr(10) || 'ATTENDEE:mailto:eve@example.org',"
                + " place = chr(10) || 'END:VEVENT' WHERE activity_id = '" + id(hike) + "'");
        var entry = entry(nobody.get(group + "/calendar.ics"));
        assertThat(entry.getAttendees()).isEmpty();
        assertThat(entry.getSummary().getValue()).contains("ATTENDEE");
    }

    @Test
    void aCalendarIsNeverPaged() throws SQLException {
        var group = group("public");
        var hike = published(group, "Hike", "'visibility':'public'");
        execute("""
                INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                       duration_minutes, starts_at, tzdb_version, guests_allowed, waitlist, visibility, state, published_at)
                SELECT group_id, gen_random_uuid(), title, description, place, online_url, starts_local, zone,
                       duration_minutes, starts_at, tzdb_version, guests_allowed, waitlist, visibility, state, published_at
                  FROM activity, generate_series(1, 499)
                 WHERE activity_id = '%s'
                """.formatted(id(hike)));

        assertThat(calendar(nobody.get(group + "/calendar.ics")).getEvents()).hasSize(500);
        unchanged(nobody, group + "/calendar.ics");
    }

    @Test
    void aPersonalCalendarHasTheOwnersSignUpsAndNothingElse() {
        var carl = nobody.signedUp("Carl");
        var dora = nobody.signedUp("Dora");
        var group = group("public");
        var other = group("public");
        carl.put(group + "/members/me");
        dora.put(group + "/members/me");
        ann.with("If-Match", "*").patch(group, "{'visibility':'private'}");
        var hike = published(group, "Hike", "'capacity':1,'startsLocal':'2027-07-01T18:30'");
        var walk = published(other, "Walk", "'visibility':'public','startsLocal':'2027-07-02T18:30'");
        published(group, "Run", "'visibility':'public'");
        var calendar =
                URI.create(carl.post("/api/v1/me/calendar-token").string("url")).getPath();
        var doras =
                URI.create(dora.post("/api/v1/me/calendar-token").string("url")).getPath();

        assertThat(titles(nobody.get(calendar))).isEmpty();
        var tag = unchanged(nobody, calendar);
        signUp(carl, hike);
        tag = changed(tag, calendar, () -> signUp(carl, walk));
        assertThat(titles(nobody.get(calendar))).containsExactly("Hike", "Walk");
        assertThat(titles(nobody.get(doras))).isEmpty();
        var dorasTag = changed(unchanged(nobody, doras), doras, () -> signUp(dora, hike));
        assertThat(titles(nobody.get(doras))).containsExactly("Waiting: Hike");
        assertThat(entry(nobody.get(doras)).getStatus().isTentative()).isTrue();

        tag = changed(tag, calendar, () -> carl.delete(hike + "/signups/me"));

        assertThat(titles(nobody.get(calendar))).containsExactly("Walk");
        assertThat(titles(nobody.get(doras))).containsExactly("Hike");
        assertThat(entry(nobody.get(doras)).getStatus().isConfirmed()).isTrue();
        assertThat(unchanged(nobody, doras)).isNotEqualTo(dorasTag);
        changed(tag, calendar, () -> ann.post(walk + "/cancel"));
        assertThat(entry(nobody.get(calendar)).getStatus().isCancelled()).isTrue();
    }

    @Test
    void nobodyWaitsForWhatIsCancelled() {
        var carl = nobody.signedUp("Carl");
        var hike = published(group("public"), "Hike", "'visibility':'public','capacity':1");
        signUp(ann, hike);
        signUp(carl, hike);
        var calendar =
                URI.create(carl.post("/api/v1/me/calendar-token").string("url")).getPath();
        assertThat(titles(nobody.get(calendar))).containsExactly("Waiting: Hike");

        ann.post(hike + "/cancel");

        assertThat(titles(nobody.get(calendar))).containsExactly("Hike");
        assertThat(entry(nobody.get(calendar)).getStatus().isCancelled()).isTrue();
    }

    @Test
    void whoLeavesTheGroupLosesItsActivitiesFromTheirCalendar() {
        var carl = nobody.signedUp("Carl");
        var group = group("public");
        carl.put(group + "/members/me");
        signUp(carl, published(group, "Hike", "'visibility':'group'"));
        var calendar =
                URI.create(carl.post("/api/v1/me/calendar-token").string("url")).getPath();
        assertThat(titles(nobody.get(calendar))).containsExactly("Hike");

        carl.delete(group + "/members/me");

        assertThat(titles(nobody.get(calendar))).isEmpty();
    }

    @Test
    void whoIsBannedSeesNothingOfThePast() throws SQLException {
        var carl = nobody.signedUp("Carl");
        var group = group("public");
        carl.put(group + "/members/me");
        var hike = published(group, "Hike", "'visibility':'group'");
        signUp(carl, hike);
        execute("UPDATE activity SET starts_at = now() - interval '1 day' WHERE activity_id = '"
                + hike.substring(hike.lastIndexOf('/') + 1) + "'");
        var calendar =
                URI.create(carl.post("/api/v1/me/calendar-token").string("url")).getPath();
        assertThat(titles(nobody.get(calendar))).containsExactly("Hike");

        ann.patch(group + "/members/" + carl.id(), "{'state':'banned'}");

        assertThat(titles(nobody.get(calendar))).isEmpty();
        assertThat(carl.get("/api/v1/me/activities").items()).isEmpty();

        // As a node of an earlier version puts it off.
        execute("UPDATE activity SET starts_at = now() + interval '1 day' WHERE activity_id = '"
                + hike.substring(hike.lastIndexOf('/') + 1) + "'");
        assertThat(titles(nobody.get(calendar))).isEmpty();
        assertThat(carl.get("/api/v1/me/activities").items()).isEmpty();
    }

    @Test
    void aCalendarTokenIsShownOnceAndReplacedAndRevoked() throws Exception {
        var carl = nobody.signedUp("Carl");
        var first = carl.post("/api/v1/me/calendar-token");
        var path = URI.create(first.string("url")).getPath();

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Cache-Control")).isEqualTo("no-store");
        assertThat(first.string("token")).matches("[A-Za-z0-9_-]{43}");
        assertThat(path).isEqualTo("/api/v1/calendar/" + first.string("token") + ".ics");
        assertThat(first.string("url")).startsWith("http://").endsWith(path);
        assertThat(nobody.get(path).status()).isEqualTo(200);
        assertThat(kept(carl))
                .containsExactly(MessageDigest.getInstance("SHA-256")
                        .digest(first.string("token").getBytes(UTF_8)));

        var second = carl.post("/api/v1/me/calendar-token");
        var replaced = URI.create(second.string("url")).getPath();
        assertThat(second.string("token")).isNotEqualTo(first.string("token"));
        assertNotFound(nobody.get(path));
        assertThat(nobody.get(replaced).status()).isEqualTo(200);

        var tag = nobody.get(replaced).header("ETag");
        assertThat(carl.delete("/api/v1/me/calendar-token").status()).isEqualTo(204);
        assertNotFound(nobody.get(replaced));
        assertNotFound(nobody.with("If-None-Match", tag).get(replaced));
        assertThat(carl.delete("/api/v1/me/calendar-token").status()).isEqualTo(204);
        assertThat(kept(carl)).isEmpty();
    }

    @Test
    void aCalendarTokenIsForTheCalendarOnly() {
        var token = ann.post("/api/v1/me/calendar-token").string("token");

        assertThat(nobody.with("Authorization", "Bearer " + token)
                        .get("/api/v1/me")
                        .status())
                .isEqualTo(401);
        assertThat(nobody.post("/api/v1/me/calendar-token").status()).isEqualTo(401);
        assertThat(nobody.delete("/api/v1/me/calendar-token").status()).isEqualTo(401);
        assertNotFound(nobody.get("/api/v1/calendar/" + "x".repeat(43) + ".ics"));
        assertNotFound(nobody.get("/api/v1/calendar/" + token));
    }

    private List<byte[]> kept(Client somebody) throws SQLException {
        try (var connection = database.connect();
                var query = connection.prepareStatement("SELECT token_hash FROM calendar_token WHERE user_id = ?")) {
            query.setObject(1, somebody.id());
            var rows = query.executeQuery();
            return rows.next() ? List.of(rows.getBytes(1)) : List.of();
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void cancelledDaysAgo(String activity, int days) throws SQLException {
        execute("UPDATE activity SET updated_at = now() - interval '%d days' WHERE activity_id = '%s'"
                .formatted(days, id(activity)));
    }

    private String group(String visibility) {
        var group = ann.post(
                "/api/v1/groups",
                "{'name':'Trail; runners, all','zone':'America/Toronto','joinPolicy':'open','visibility':'%s'}"
                        .formatted(visibility));
        return "/api/v1/groups/" + group.id();
    }

    /** A draft of this plan, which may say when it starts. */
    private String activity(String group, String title, String plan) {
        var starts = plan.contains("startsLocal") ? "" : "'startsLocal':'2027-07-01T18:30',";
        var activity = ann.post(
                group + "/activities", "{'title':%s,%s'durationMinutes':90,%s}".formatted(quoted(title), starts, plan));
        assertThat(activity.status()).as(activity.body()).isEqualTo(201);
        return group + "/activities/" + activity.id();
    }

    private String published(String group, String title, String plan) {
        var activity = activity(group, title, plan);
        ann.post(activity + "/publish");
        return activity;
    }

    private void patch(String activity, String plan) {
        assertThat(ann.with("If-Match", "*").patch(activity, "{" + plan + "}").status())
                .isEqualTo(200);
    }

    private static void signUp(Client somebody, String activity) {
        var answer = somebody.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{}"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    /** The tag, with which there is nothing new. */
    private static String unchanged(Client reader, String calendar) {
        var tag = reader.get(calendar).header("ETag");
        var again = reader.with("If-None-Match", tag).get(calendar);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.header("ETag")).isEqualTo(tag);
        return tag;
    }

    /** The new tag after this, which is another. */
    private String changed(String tag, String calendar, Runnable change) {
        change.run();
        var answer = nobody.with("If-None-Match", tag).get(calendar);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isNotEqualTo(tag);
        return answer.header("ETag");
    }

    private static void assertNotFound(Answer answer) {
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.string("type")).isEqualTo("/problems/not-found");
    }

    /** As another program reads it, which has nothing to complain of. */
    private static ICalendar calendar(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        try (var reader = new ICalReader(answer.body())) {
            var calendar = reader.readNext();
            assertThat(reader.getWarnings()).isEmpty();
            assertThat(reader.readNext()).isNull();
            return calendar;
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private static VEvent entry(Answer answer) {
        var entries = calendar(answer).getEvents();
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    private static List<String> titles(Answer answer) {
        return calendar(answer).getEvents().stream()
                .map(entry -> entry.getSummary().getValue())
                .toList();
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static LocalDate daysAgo(int days) {
        return LocalDate.now().minusDays(days);
    }

    private static String quoted(String text) {
        return Json.createValue(text).toString();
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    private static Instant seconds(String text) {
        return instant(text).truncatedTo(ChronoUnit.SECONDS);
    }
}
