package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class SeriesIT {
    /** A Monday to come, in less than two weeks. */
    private static final LocalDate MONDAY =
            LocalDate.now(ZoneOffset.UTC).plusDays(3).with(TemporalAdjusters.next(DayOfWeek.MONDAY));

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client ann;
    private final Client bob;
    private final Client cleo;
    private final String group;

    SeriesIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
        cleo = nobody.signedUp("Cleo");
        group = group();
        bob.put(group + "/members/me");
        cleo.put(group + "/members/me");
    }

    @Test
    void aSeriesIsMadeAsOrdinaryActivities() {
        var made = ann.post(group + "/series", """
                {'title':'Run','place':'Gate','startsLocal':'%sT18:30','durationMinutes':60,'capacity':9,
                 'rule':{'frequency':'WEEKLY','weekdays':['mon','thu'],'count':5}}
                """.formatted(MONDAY));

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.header("Location")).endsWith(group + "/series/" + made.id());
        assertThat(made.string("state")).isEqualTo("active");
        assertThat(made.json().getInt("occurrences")).isEqualTo(5);
        assertThat(made.string("madeThrough")).isEqualTo(MONDAY.plusDays(14).toString());
        assertThat(made.json().getJsonObject("rule").getString("frequency")).isEqualTo("weekly");
        assertThat(made.json().getJsonObject("rule").getInt("interval")).isEqualTo(1);
        assertThat(ann.get(group + "/series/" + made.id()).json()).isEqualTo(made.json());
        assertThat(ann.with("If-None-Match", "\"1\"")
                        .get(group + "/series/" + made.id())
                        .status())
                .isEqualTo(304);
        assertThat(days(made))
                .containsExactly(
                        MONDAY, MONDAY.plusDays(3), MONDAY.plusDays(7), MONDAY.plusDays(10), MONDAY.plusDays(14));
        assertThat(of(made)).allSatisfy(activity -> {
            assertThat(activity.getString("title")).isEqualTo("Run");
            assertThat(activity.getString("startsLocal")).endsWith("T18:30:00");
            assertThat(activity.getString("state")).isEqualTo("draft");
            assertThat(activity.getInt("capacity")).isEqualTo(9);
            assertThat(activity.getBoolean("overridden")).isFalse();
        });
    }

    @Test
    void itsOccurrencesArePublishedOnRequest() {
        var drafts = series("'count':2");
        var published = weekly("'publish':true,", "'count':2");

        assertThat(of(published)).extracting(any -> any.getString("state")).containsOnly("published");
        assertThat(of(drafts)).extracting(any -> any.getString("state")).containsOnly("draft");
        change(drafts, "{'publish':true}");
        assertThat(of(drafts)).extracting(any -> any.getString("state")).containsOnly("published");
        assertThat(of(drafts)).extracting(any -> any.getInt("sequence")).containsOnly(1);
    }

    @Test
    void occurrencesAreMade180DaysAhead() {
        var long104 = series("'count':104");

        assertThat(long104.status()).isEqualTo(201);
        assertThat(days(long104)).hasSizeBetween(23, 26).allMatch(day -> !day.isAfter(horizon()));
        assertThat(long104.json().getInt("occurrences")).isEqualTo(days(long104).size());
        assertThat(long104.string("madeThrough")).isEqualTo(horizon().toString());
        var far = ann.post(group + "/series", """
                {'title':'Far','startsLocal':'2090-01-02T18:30','durationMinutes':60,
                 'rule':{'frequency':'daily','count':2}}
                """);
        assertThat(far.status()).isEqualTo(201);
        assertThat(far.json().getInt("occurrences")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'frequency':'daily','count':105                    | /problems/series-too-long | #/rule/count | 105",
                "'frequency':'daily','until':'2098-12-31'           | /problems/series-too-long | #/rule/until |",
                "'frequency':'daily'                                | /problems/validation      | #/rule/until |",
                "'frequency':'daily','count':2,'until':'2098-12-31' | /problems/validation      | #/rule/count |",
                "'frequency':'weekly','weekdays':['tue'],'count':2  | /problems/validation      | #/startsLocal |",
                "'frequency':'daily','until':'2001-01-01'           | /problems/validation      | #/rule/until |",
                "'frequency':'monthly','interval':52,'count':104    | /problems/validation      | #/rule/count |",
                "'frequency':'weekly','on':'mon','count':2          | /problems/validation      | #/rule/on |",
                "'frequency':'hourly','count':2                     | /problems/validation      | #/rule/frequency |",
                "'frequency':'Weekly','count':2                     | /problems/validation      | #/rule/frequency |",
            })
    void aRuleThatMakesNoSenseIsRefused(String rule, String type, String pointer, Integer occurrences) {
        var refused = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,'rule':{%s}}
                """.formatted(MONDAY, rule));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.string("type")).isEqualTo(type);
        assertThat(refused.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo(pointer);
        if (occurrences != null) {
            assertThat(refused.json().getInt("occurrences")).isEqualTo(occurrences);
            assertThat(refused.string("detail")).contains("105 occurrences");
        }
        assertThat(ann.get(group + "/series").items()).isEmpty();
        assertThat(ann.get(group + "/activities").items()).isEmpty();
    }

    @Test
    void aSeriesHasARuleAndNoSignUpWindow() {
        var without = ann.post(
                group + "/series", "{'title':'Run','startsLocal':'%sT18:30','durationMinutes':60}".formatted(MONDAY));
        var window = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,'signupOpensAt':'2026-01-01T00:00:00Z',
                 'rule':{'frequency':'daily','count':2}}
                """.formatted(MONDAY));

        assertThat(pointers(without)).containsExactly("#/rule");
        assertThat(pointers(window)).containsExactly("#/signupOpensAt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"America/Toronto", "America/Vancouver", "Australia/Lord_Howe"})
    void theWallClockStaysWhenTheClocksChange(String zone) {
        var rules = ZoneId.of(zone).getRules();
        var start = LocalDate.now(ZoneOffset.UTC).minusYears(1).atTime(2, 15);
        var daily = ann.post(group + "/series", """
                {'title':'Early','startsLocal':'%s','zone':'%s','durationMinutes':60,
                 'rule':{'frequency':'daily','interval':7,'count':60}}
                """.formatted(start, zone));

        assertThat(of(daily)).hasSizeGreaterThan(52).allSatisfy(activity -> {
            var local = LocalDateTime.parse(activity.getString("startsLocal"));
            assertThat(local.toLocalTime()).isEqualTo(start.toLocalTime());
            assertThat(LocalDateTime.parse(activity.getString("startsAt").substring(0, 19)))
                    .isEqualTo(local.atZone(ZoneId.of(zone)).toLocalDateTime());
            assertThat(activity.getBoolean("adjusted"))
                    .isEqualTo(rules.getValidOffsets(local).isEmpty());
        });
        assertThat(of(daily))
                .extracting(activity -> activity.getString("startsAt").substring(19))
                .hasSizeGreaterThan(1)
                .isSubsetOf(offsets(zone, start));
    }

    @ParameterizedTest
    @CsvSource({
        "America/Toronto,     2025-03-08T02:30, 2025-03-09T03:30:00-04:00, true",
        "America/Toronto,     2025-11-01T01:30, 2025-11-02T01:30:00-04:00, false",
        "America/Vancouver,   2025-03-08T02:30, 2025-03-09T03:30:00-07:00, true",
        "America/Vancouver,   2025-11-01T01:30, 2025-11-02T01:30:00-07:00, false",
        "Australia/Lord_Howe, 2025-10-04T02:15, 2025-10-05T02:45:00+11:00, true",
        "Australia/Lord_Howe, 2025-04-05T01:45, 2025-04-06T01:45:00+11:00, false",
    })
    void aGapMovesForwardAndAnOverlapIsTheEarlier(String zone, String start, String second, boolean adjusted) {
        var series = ann.post(group + "/series", """
                {'title':'Early','startsLocal':'%s','zone':'%s','durationMinutes':60,
                 'rule':{'frequency':'daily','count':2}}
                """.formatted(start, zone));

        assertThat(of(series).get(1).getString("startsAt")).isEqualTo(second);
        assertThat(of(series).get(1).getBoolean("adjusted")).isEqualTo(adjusted);
    }

    @Test
    void membersSeeWhatIsPublishedAndOthersNothing() {
        var drafts = series("'count':2");
        var published = weekly("'publish':true,", "'count':2");
        var stranger = nobody.signedUp("Dan");

        assertThat(ids(ann.get(group + "/series"))).containsExactly(published.string("id"), drafts.string("id"));
        assertThat(ids(bob.get(group + "/series"))).containsExactly(published.string("id"));
        assertThat(bob.get(path(published)).status()).isEqualTo(200);
        assertThat(bob.get(path(drafts)).status()).isEqualTo(404);
        assertThat(stranger.get(group + "/series").string("type")).isEqualTo("/problems/membership-required");
        assertThat(nobody.get(path(published)).status()).isEqualTo(403);
        var first = ann.get(group + "/series?limit=1");
        assertThat(ids(ann.get(group + "/series?limit=1&cursor=" + first.string("next"))))
                .containsExactly(drafts.string("id"));
    }

    @Test
    void onlyOrganizersPlanAndChangeAndEndSeries() {
        var series = weekly("'publish':true,", "'count':2");
        var body =
                "{'title':'Run','startsLocal':'2027-01-04T18:00','durationMinutes':60,'rule':{'frequency':'daily','count':2}}";

        assertThat(nobody.post(group + "/series", body).status()).isEqualTo(401);
        assertThat(bob.post(group + "/series", body).status()).isEqualTo(403);
        assertThat(bob.with("If-Match", "*")
                        .patch(path(series), "{'title':'Walk'}")
                        .status())
                .isEqualTo(403);
        assertThat(bob.with("If-Match", "*").delete(path(series)).status()).isEqualTo(403);
        assertThat(ann.patch(path(series), "{'title':'Walk'}").status()).isEqualTo(428);
        assertThat(ann.delete(path(series)).status()).isEqualTo(428);
        assertThat(ann.with("If-Match", "\"7\"")
                        .patch(path(series), "{'title':'Walk'}")
                        .status())
                .isEqualTo(412);
        assertThat(ann.with("If-Match", "\"7\"").delete(path(series)).status()).isEqualTo(412);
        assertThat(ann.with("If-Match", "*")
                        .patch(group() + "/series/" + series.id(), "{}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anotherTimeKeepsSignUpsAndTellsThem() throws SQLException {
        var series = weekly("'publish':true,", "'count':3");
        var second = paths(series).get(1);
        bob.with("Content-Type", "application/json").send("PUT", second + "/signups/me", Client.json("{}"));

        var changed = change(series, "{'startsLocal':'%sT19:45','title':'Evening run'}".formatted(MONDAY));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        assertThat(starts(series))
                .containsExactly(
                        MONDAY + "T19:45:00", MONDAY.plusDays(7) + "T19:45:00", MONDAY.plusDays(14) + "T19:45:00");
        assertThat(of(series)).allSatisfy(activity -> {
            assertThat(activity.getString("title")).isEqualTo("Evening run");
            assertThat(activity.getInt("version")).isEqualTo(2);
            assertThat(activity.getInt("sequence")).isEqualTo(1);
        });
        assertThat(bob.get(second + "/signups/me").string("state")).isEqualTo("confirmed");
        assertThat(told(bob, "activity.moved")).isEqualTo(1);
        change(series, "{'description':'Bring a lamp.'}");
        assertThat(of(series)).extracting(any -> any.getInt("sequence")).containsOnly(1);
        assertThat(told(bob, "activity.moved")).isEqualTo(1);
    }

    /** I15. */
    @Test
    void whatWasEditedByItselfOrCancelledStaysAsItIs() {
        var series = weekly("'publish':true,", "'count':3");
        var paths = paths(series);

        var edited = ann.with("If-Match", "*").patch(paths.get(1) + "?scope=this", "{'title':'Special'}");
        ann.post(paths.get(2) + "/cancel");
        change(series, "{'title':'Walk','place':'Lake'}");

        assertThat(edited.json().getBoolean("overridden")).isTrue();
        assertThat(ann.get(paths.get(0)).string("title")).isEqualTo("Walk");
        assertThat(ann.get(paths.get(1)).json()).isEqualTo(edited.json());
        assertThat(ann.get(paths.get(2)).string("title")).isEqualTo("Run");
    }

    @Test
    void aCapacityBelowWhatSomebodyWaitsForAnywhereChangesNothing() {
        var series = weekly("'publish':true,'guestsAllowed':3,'capacity':4,", "'count':3");
        var last = paths(series).get(2) + "/signups/me";
        ann.with("Content-Type", "application/json").send("PUT", last, Client.json("{'guests':1}"));
        bob.with("Content-Type", "application/json").send("PUT", last, Client.json("{'guests':2}"));

        var refused = change(series, "{'capacity':2,'title':'Small'}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.string("type")).isEqualTo("/problems/capacity-below-wanted");
        assertThat(refused.json().getInt("seatsWanted")).isEqualTo(3);
        assertThat(ann.get(path(series)).json()).isEqualTo(series.json());
    }

    /** I6. */
    @Test
    void aCapacityBelowWhatIsTakenAnywhereChangesNothing() {
        var series = weekly("'publish':true,'guestsAllowed':3,'capacity':9,", "'count':3");
        bob.with("Content-Type", "application/json")
                .send("PUT", paths(series).get(2) + "/signups/me", Client.json("{'guests':3}"));
        var before = of(series);

        var refused = change(series, "{'capacity':3,'title':'Small'}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.string("type")).isEqualTo("/problems/capacity-below-taken");
        assertThat(refused.json().getInt("seatsTaken")).isEqualTo(4);
        assertThat(of(series)).isEqualTo(before);
        assertThat(ann.get(path(series)).json()).isEqualTo(series.json());
    }

    /** I4. */
    @Test
    void moreSeatsLetInWhoWaits() throws SQLException {
        var series = weekly("'publish':true,'capacity':1,", "'count':3");
        for (var path : paths(series)) {
            for (var member : List.of(bob, cleo)) {
                member.with("Content-Type", "application/json").send("PUT", path + "/signups/me", Client.json("{}"));
            }
            assertThat(cleo.get(path + "/signups/me").string("state")).isEqualTo("waiting");
        }

        change(series, "{'capacity':2}");

        assertThat(paths(series))
                .allSatisfy(path -> assertThat(cleo.get(path + "/signups/me").string("state"))
                        .isEqualTo("confirmed"));
        assertThat(told(cleo, "signup.promoted")).isEqualTo(3);
    }

    @Test
    void anotherRuleTakesAwayWhatDoesNotFitAndMakesWhatIsMissing() throws SQLException {
        var series = weekly("'publish':true,", "'weekdays':['mon','wed'],'count':6");
        var signed = paths(series).get(1);
        bob.with("Content-Type", "application/json").send("PUT", signed + "/signups/me", Client.json("{}"));
        var kept = of(series).get(0);

        var changed = change(series, "{'rule':{'weekdays':['mon','fri'],'count':4}}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(ann.get(signed).string("state")).isEqualTo("cancelled");
        assertThat(told(bob, "activity.cancelled")).isEqualTo(1);
        assertThat(days(series))
                .containsExactly(
                        MONDAY, MONDAY.plusDays(2), MONDAY.plusDays(4), MONDAY.plusDays(7), MONDAY.plusDays(11));
        assertThat(changed.json().getInt("occurrences")).isEqualTo(5);
        assertThat(changed.string("madeThrough")).isEqualTo(MONDAY.plusDays(11).toString());
        assertThat(of(series).get(0)).isEqualTo(kept);
    }

    @Test
    void anotherWeekdayMovesTheFirstToIt() {
        var series = series("'count':3");

        var changed = change(series, "{'rule':{'weekdays':['wed']},'title':'Swim'}");

        assertThat(changed.string("startsLocal")).isEqualTo(MONDAY.plusDays(2) + "T18:30:00");
        assertThat(days(series)).containsExactly(MONDAY.plusDays(2), MONDAY.plusDays(9), MONDAY.plusDays(16));
        assertThat(of(series)).extracting(any -> any.getString("title")).containsOnly("Swim");
    }

    @Test
    void anotherFirstDayMovesAllOfThem() {
        var series = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,'rule':{'frequency':'daily','count':4}}
                """.formatted(MONDAY));
        var edited = paths(series).get(2);
        ann.with("If-Match", "*").patch(edited, "{'title':'Special'}");

        var changed = change(series, "{'startsLocal':'%sT18:30'}".formatted(MONDAY.plusDays(1)));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.string("madeThrough")).isEqualTo(MONDAY.plusDays(4).toString());
        assertThat(starts(series))
                .containsExactlyInAnyOrder(
                        MONDAY.plusDays(1) + "T18:30:00",
                        MONDAY.plusDays(2) + "T18:30:00",
                        MONDAY.plusDays(2) + "T18:30:00",
                        MONDAY.plusDays(4) + "T18:30:00");
        assertThat(ann.get(edited).string("startsLocal")).isEqualTo(MONDAY.plusDays(2) + "T18:30:00");
    }

    @Test
    void aSeriesThatHasBegunStaysOnItsDays() {
        var begun = MONDAY.minusWeeks(6);
        var series = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,'rule':{'frequency':'weekly','count':10}}
                """.formatted(begun));

        var day = change(series, "{'startsLocal':'%sT18:30'}".formatted(begun.plusDays(1)));
        var time = change(series, "{'startsLocal':'%sT19:30'}".formatted(begun));

        assertThat(pointers(day)).containsExactly("#/startsLocal");
        assertThat(time.status()).isEqualTo(200);
        var now = LocalDateTime.now(ZoneId.of("America/Toronto"));
        assertThat(of(series))
                .allSatisfy(activity -> assertThat(activity.getString("startsLocal"))
                        .endsWith(
                                LocalDateTime.parse(activity.getString("startsLocal"))
                                                .isBefore(now)
                                        ? "18:30:00"
                                        : "19:30:00"));
    }

    @Test
    void anEndedSeriesLeavesWhatIsPastAndWhatPeopleHadSignedUpFor() throws SQLException {
        var begun = MONDAY.minusWeeks(4);
        var series = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,'publish':true,
                 'rule':{'frequency':'weekly','count':8}}
                """.formatted(begun));
        var future = of(series).stream()
                .filter(any -> OffsetDateTime.parse(any.getString("startsAt")).isAfter(OffsetDateTime.now()))
                .map(this::path)
                .toList();
        var past = 8 - future.size();
        bob.with("Content-Type", "application/json").send("PUT", future.get(0) + "/signups/me", Client.json("{}"));
        bob.with("Content-Type", "application/json").send("PUT", future.get(1) + "/signups/me", Client.json("{}"));
        bob.delete(future.get(1) + "/signups/me");
        ann.with("If-Match", "*").patch(future.get(2), "{'title':'Special'}");

        var ended = ann.with("If-Match", "\"1\"").delete(path(series));

        assertThat(ended.status()).isEqualTo(204);
        assertThat(ann.get(future.get(0)).string("state")).isEqualTo("cancelled");
        assertThat(ann.get(future.get(1)).string("state")).isEqualTo("cancelled");
        assertThat(ann.get(future.get(2)).status()).isEqualTo(404);
        assertThat(ann.get(future.get(3)).status()).isEqualTo(404);
        assertThat(of(series)).hasSize(past + 2);
        assertThat(told(bob, "activity.cancelled")).isEqualTo(1);
        var now = ann.get(path(series));
        assertThat(now.string("state")).isEqualTo("ended");
        assertThat(now.header("ETag")).isEqualTo("\"2\"");
        assertThat(change(now, "{'title':'Walk'}").string("type")).isEqualTo("/problems/series-ended");
        assertThat(ann.with("If-Match", "*").delete(path(series)).status()).isEqualTo(204);
        assertThat(ann.get(path(series)).json()).isEqualTo(now.json());
    }

    @Test
    void thisAndTheFollowingBecomeASeriesOfTheirOwn() {
        var series = weekly("'publish':true,", "'count':6");
        var paths = paths(series);
        bob.with("Content-Type", "application/json").send("PUT", paths.get(3) + "/signups/me", Client.json("{}"));
        ann.with("If-Match", "*").patch(paths.get(4), "{'title':'Special'}");
        ann.post(paths.get(5) + "/cancel");

        var changed = ann.with("If-Match", "\"1\"")
                .patch(
                        paths.get(2) + "?scope=following",
                        "{'startsLocal':'%sT20:00','place':'Lake'}".formatted(MONDAY.plusDays(15)));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.string("startsLocal")).isEqualTo(MONDAY.plusDays(15) + "T20:00:00");
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        assertThat(changed.json().getBoolean("overridden")).isFalse();
        var split = changed.string("seriesId");
        assertThat(split).isNotEqualTo(series.string("id"));
        assertThat(ann.get(paths.get(0)).string("seriesId")).isEqualTo(series.string("id"));
        assertThat(ann.get(paths.get(1)).string("startsLocal")).isEqualTo(MONDAY.plusDays(7) + "T18:30:00");
        var fourth = ann.get(paths.get(3));
        assertThat(fourth.string("startsLocal")).isEqualTo(MONDAY.plusDays(22) + "T20:00:00");
        assertThat(fourth.string("seriesId")).isEqualTo(split);
        assertThat(bob.get(paths.get(3) + "/signups/me").string("state")).isEqualTo("confirmed");
        var fifth = ann.get(paths.get(4));
        assertThat(fifth.string("startsLocal")).isEqualTo(MONDAY.plusDays(28) + "T18:30:00");
        assertThat(fifth.string("place")).isEmpty();
        assertThat(fifth.string("seriesId")).isEqualTo(split);
        assertThat(ann.get(paths.get(5)).string("place")).isEmpty();
        var old = ann.get(path(series));
        assertThat(old.json().getInt("occurrences")).isEqualTo(2);
        assertThat(old.json().getJsonObject("rule").getInt("count")).isEqualTo(2);
        var rest = ann.get(group + "/series/" + split);
        assertThat(rest.json().getInt("occurrences")).isEqualTo(4);
        assertThat(rest.json().getJsonObject("rule").getInt("count")).isEqualTo(4);
        assertThat(rest.json().getJsonObject("rule").getJsonArray("weekdays").getString(0))
                .isEqualTo("tue");
        assertThat(rest.string("startsLocal")).isEqualTo(MONDAY.plusDays(15) + "T20:00:00");
        assertThat(change(old, "{'title':'Old'}").status()).isEqualTo(200);
        assertThat(ann.get(paths.get(2)).string("title")).isEqualTo("Run");
    }

    @Test
    void whoIsBannedHasNoSeatInAnOccurrenceThatIsPutOff() {
        var start = LocalDateTime.now(ZoneId.of("America/Toronto"))
                .minusDays(7)
                .minusHours(1)
                .truncatedTo(ChronoUnit.SECONDS);
        var series = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%s','durationMinutes':60,'publish':true,
                 'rule':{'frequency':'weekly','count':4}}
                """.formatted(start));
        var second = paths(series).get(1);
        List.of(bob, cleo)
                .forEach(member -> ann.with("Content-Type", "application/json")
                        .send("PUT", second + "/signups/" + member.id(), Client.json("{}")));
        ann.patch(group + "/members/" + bob.id(), "{'state':'banned'}");

        var putOff = ann.with("If-Match", "*")
                .patch(second + "?scope=following", "{'startsLocal':'%s'}".formatted(start.plusDays(9)));

        assertThat(putOff.status()).isEqualTo(200);
        assertThat(ann.get(second + "/signups").items())
                .extracting(signUp -> signUp.getString("displayName"))
                .containsExactly("Cleo");
        assertThat(ann.get(second + "/availability").json().getInt("seatsTaken"))
                .isEqualTo(1);
    }

    @Test
    void aSplitSeriesEndsWhereTheOldOneDid() {
        var until = MONDAY.plusWeeks(40);
        var series = series("'until':'%s'".formatted(until));

        var changed = ann.with("If-Match", "*").patch(paths(series).get(3) + "?scope=following", "{'title':'Walk'}");

        var old = ann.get(path(series)).json();
        assertThat(old.getJsonObject("rule").getString("until"))
                .isEqualTo(MONDAY.plusWeeks(2).toString());
        assertThat(old.getString("madeThrough")).isEqualTo(MONDAY.plusWeeks(2).toString());
        var rest = ann.get(group + "/series/" + changed.string("seriesId")).json();
        assertThat(rest.getJsonObject("rule").getString("until")).isEqualTo(until.toString());
        assertThat(rest.getString("madeThrough")).isEqualTo(horizon().toString());
        assertThat(rest.getInt("occurrences") + old.getInt("occurrences"))
                .isEqualTo(series.json().getInt("occurrences"));
    }

    @Test
    void theFirstWithTheFollowingIsTheSeries() {
        var series = series("'count':3");

        var changed = ann.with("If-Match", "*")
                .patch(paths(series).get(0) + "?scope=following", "{'startsLocal':'%sT19:00'}".formatted(MONDAY));

        assertThat(changed.string("seriesId")).isEqualTo(series.string("id"));
        assertThat(ann.get(path(series)).string("startsLocal")).isEqualTo(MONDAY + "T19:00:00");
        assertThat(starts(series)).allMatch(start -> start.endsWith("T19:00:00"));
        assertThat(ann.get(group + "/series").items()).hasSize(1);
    }

    @Test
    void whatWasEditedByItselfCanHaveFollowers() {
        var series = series("'count':3");
        var paths = paths(series);
        ann.with("If-Match", "*")
                .patch(paths.get(1), "{'title':'Special','startsLocal':'%sT20:00'}".formatted(MONDAY.plusDays(7)));

        var changed = ann.with("If-Match", "*")
                .patch(
                        paths.get(1) + "?scope=following",
                        "{'startsLocal':'%sT20:30','place':'Lake'}".formatted(MONDAY.plusDays(7)));

        assertThat(changed.string("title")).isEqualTo("Special");
        assertThat(changed.string("startsLocal")).endsWith("T20:30:00");
        assertThat(changed.json().getBoolean("overridden")).isTrue();
        var third = ann.get(paths.get(2));
        assertThat(third.string("title")).isEqualTo("Run");
        assertThat(third.string("startsLocal")).endsWith("T19:00:00");
        assertThat(third.string("place")).isEqualTo("Lake");
    }

    @Test
    void followingIsForOccurrencesAndForWhatASeriesHas() {
        var series = series("'count':3");
        var lonely = group + "/activities/"
                + ann.post(group + "/activities", "{'title':'A','startsLocal':'2027-07-01T18:30','durationMinutes':60}")
                        .id();
        var second = paths(series).get(1);
        var any = ann.with("If-Match", "*");

        assertThat(any.patch(lonely + "?scope=following", "{'title':'B'}").string("type"))
                .isEqualTo("/problems/invalid-parameter");
        assertThat(any.patch(second + "?scope=all", "{'title':'B'}").status()).isEqualTo(400);
        assertThat(pointers(any.patch(second + "?scope=following", "{'signupOpensAt':'2026-01-01T00:00:00Z'}")))
                .containsExactly("#/signupOpensAt");
        assertThat(ann.patch(second + "?scope=following", "{'title':'B'}").status())
                .isEqualTo(428);
        assertThat(ann.with("If-Match", "\"9\"")
                        .patch(second + "?scope=following", "{'title':'B'}")
                        .status())
                .isEqualTo(412);
        ann.post(second + "/cancel");
        assertThat(any.patch(second + "?scope=following", "{'title':'B'}").string("type"))
                .isEqualTo("/problems/already-cancelled");
        assertThat(of(series))
                .extracting(activity -> activity.getString("title"))
                .containsOnly("Run");
    }

    @Test
    void aMonthlySeriesDoesNotMoveToDaysThatItsRuleDoesNotHave() {
        var first = MONDAY.with(TemporalAdjusters.firstInMonth(DayOfWeek.MONDAY))
                .plusMonths(1)
                .with(TemporalAdjusters.firstInMonth(DayOfWeek.MONDAY));
        var series = ann.post(group + "/series", """
                {'title':'Run','startsLocal':'%sT18:30','durationMinutes':60,
                 'rule':{'frequency':'monthly','nth':1,'weekdays':['mon'],'count':12}}
                """.formatted(first));

        var refused = change(series, "{'startsLocal':'%sT18:30'}".formatted(first.plusDays(6)));

        assertThat(pointers(refused)).containsExactly("#/startsLocal");
    }

    @Test
    void ofThoseWhoChangeASeriesAtTheSameTimeOneSucceeds() {
        var series = weekly("'publish':true,'capacity':3,", "'count':9");
        var holder = ann.with("If-Match", "\"1\"");
        var paths = paths(series);
        var requests = new ArrayList<Callable<Answer>>();
        IntStream.range(0, 4)
                .forEach(change -> requests.add(() -> holder.patch(path(series), "{'title':'%d'}".formatted(change))));
        paths.forEach(path -> requests.add(() ->
                bob.with("Content-Type", "application/json").send("PUT", path + "/signups/me", Client.json("{}"))));

        var answers = Client.atOnce(requests);

        assertThat(answers.subList(0, 4))
                .extracting(Answer::status)
                .containsOnly(200, 412)
                .containsOnlyOnce(200);
        assertThat(answers.subList(4, answers.size()))
                .extracting(Answer::status)
                .containsOnly(201);
        assertThat(of(series)).extracting(any -> any.getInt("version")).containsOnly(2);
    }

    @Test
    void inAnArchivedGroupASeriesCanBeEndedNothingElse() {
        var series = series("'count':2");
        ann.post(group + "/archive");

        assertThat(change(series, "{'title':'Walk'}").string("type")).isEqualTo("/problems/group-archived");
        assertThat(ann.with("If-Match", "*").delete(path(series)).status()).isEqualTo(204);
    }

    @Test
    void aDuplicateIsADraftWithTheSamePlan() {
        var original = ann.post(group + "/activities", """
                {'title':'Hike','place':'Gate','startsLocal':'2027-07-01T18:30','durationMinutes':90,'capacity':5,
                 'signupClosesAt':'2027-06-30T12:00:00-04:00','visibility':'public'}
                """);
        var path = group + "/activities/" + original.id();
        ann.post(path + "/publish");
        bob.with("Content-Type", "application/json").send("PUT", path + "/signups/me", Client.json("{}"));

        var same = ann.post(path + "/duplicate");
        var later = ann.post(path + "/duplicate", "{'startsLocal':'2027-12-01T19:00'}");

        assertThat(same.status()).isEqualTo(201);
        assertThat(same.header("Location")).endsWith(group + "/activities/" + same.id());
        assertThat(same.header("ETag")).isEqualTo("\"1\"");
        assertThat(same.string("state")).isEqualTo("draft");
        assertThat(same.id()).isNotEqualTo(original.id());
        for (var field :
                List.of("title", "place", "startsLocal", "capacity", "signupClosesAt", "visibility", "seriesId")) {
            assertThat(same.json().get(field))
                    .as(field)
                    .isEqualTo(original.json().get(field));
        }
        assertThat(ann.get(group + "/activities/" + same.id() + "/availability")
                        .json()
                        .getInt("seatsTaken"))
                .isZero();
        assertThat(later.string("startsAt")).isEqualTo("2027-12-01T19:00:00-05:00");
        assertThat(later.string("signupClosesAt")).isEqualTo("2027-11-30T12:30:00-05:00");
        assertThat(ann.post(path + "/duplicate", "{'title':'Walk'}").status()).isEqualTo(422);
        assertThat(bob.post(path + "/duplicate").status()).isEqualTo(403);
        assertThat(ann.post(group() + "/activities/" + original.id() + "/duplicate")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aDuplicateOfAnOccurrenceIsNotOfItsSeries() {
        var series = series("'count':2");

        var duplicate = ann.post(paths(series).get(0) + "/duplicate");

        assertThat(duplicate.json().isNull("seriesId")).isTrue();
        assertThat(of(series)).hasSize(2);
    }

    @Test
    void theChangeFeedHasSeries() throws SQLException {
        var series = series("'count':2");
        change(series, "{'title':'Walk'}");

        assertThat(number("SELECT count(*) FROM group_change WHERE kind = 'series' AND entity_id = '%s'"
                        .formatted(series.id())))
                .isEqualTo(2);
    }

    private String group() {
        return "/api/v1/groups/"
                + ann.post(
                                "/api/v1/groups",
                                "{'name':'Group','zone':'America/Toronto','joinPolicy':'open','visibility':'public'}")
                        .id();
    }

    private Answer series(String rule) {
        return weekly("", rule);
    }

    private Answer weekly(String fields, String rule) {
        return ann.post(group + "/series", """
                {'title':'Run',%s'startsLocal':'%sT18:30','durationMinutes':60,'rule':{'frequency':'weekly',%s}}
                """.formatted(fields, MONDAY, rule));
    }

    private Answer change(Answer series, String patch) {
        return ann.with("If-Match", "*").patch(path(series), patch);
    }

    private String path(Answer series) {
        return group + "/series/" + series.id();
    }

    private String path(JsonObject activity) {
        return group + "/activities/" + activity.getString("id");
    }

    /** The occurrences, by their start. */
    private List<JsonObject> of(Answer series) {
        return ann.get(group + "/activities?limit=100").items().stream()
                .filter(activity -> series.string("id").equals(activity.getString("seriesId", "")))
                .toList();
    }

    private List<String> paths(Answer series) {
        return of(series).stream().map(this::path).toList();
    }

    private List<String> starts(Answer series) {
        return of(series).stream().map(any -> any.getString("startsLocal")).toList();
    }

    private List<LocalDate> days(Answer series) {
        return starts(series).stream()
                .map(start -> LocalDate.parse(start.substring(0, 10)))
                .toList();
    }

    private static LocalDate horizon() {
        return LocalDate.now(ZoneOffset.UTC).plusDays(180);
    }

    private static List<String> ids(Answer page) {
        return page.items().stream().map(any -> any.getString("id")).toList();
    }

    private static List<String> pointers(Answer refused) {
        assertThat(refused.status()).isEqualTo(422);
        return refused.json().getJsonArray("errors").getValuesAs(JsonObject.class).stream()
                .map(error -> error.getString("pointer"))
                .toList();
    }

    private static List<String> offsets(String zone, LocalDateTime from) {
        return Stream.iterate(from, day -> day.plusDays(7))
                .limit(60)
                .map(day -> day.atZone(ZoneId.of(zone)).getOffset().getId())
                .distinct()
                .toList();
    }

    private int told(Client user, String kind) throws SQLException {
        return number(
                "SELECT count(*) FROM notification WHERE user_id = '%s' AND kind = '%s'".formatted(user.id(), kind));
    }

    private int number(String statement) throws SQLException {
        try (var connection = database.connect();
                var rows = connection.createStatement().executeQuery(statement)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
