package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;

@ExtendWith(RunningMuster.class)
class AllDayIT {
    private final Client nobody;
    private final Client olga;
    private final String group;

    AllDayIT(Client nobody) {
        this.nobody = nobody;
        olga = nobody.signedUp("Olga");
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Camps','zone':'America/Toronto','joinPolicy':'open','visibility':'public'}")
                        .id();
    }

    /** The clocks go forward on March 8th, and back on November 1st. */
    @ParameterizedTest
    @CsvSource({
        "2026-07-01, , 2026-07-01, 2026-07-01T00:00:00-04:00, 2026-07-02T00:00:00-04:00, 1440",
        "2026-03-07, 2026-03-08, 2026-03-08, 2026-03-07T00:00:00-05:00, 2026-03-09T00:00:00-04:00, 2880",
        "2026-11-01, 2026-11-01, 2026-11-01, 2026-11-01T00:00:00-04:00, 2026-11-02T00:00:00-05:00, 1440"
    })
    void wholeDaysAreThoseOfTheZone(
            String first, String typed, String last, String startsAt, String endsAt, int minutes) {
        var made = create(
                "'allDay':true,'startsOn':'%s'%s".formatted(first, typed == null ? "" : ",'endsOn':'" + typed + "'"));

        assertThat(made.status()).isEqualTo(201);
        var activity = made.json();
        assertThat(activity.getBoolean("allDay")).isTrue();
        assertThat(activity.getString("startsOn")).isEqualTo(first);
        assertThat(activity.getString("endsOn")).isEqualTo(last);
        assertThat(activity.getString("startsAt")).isEqualTo(startsAt);
        assertThat(activity.getString("endsAt")).isEqualTo(endsAt);
        assertThat(activity.getString("startsLocal")).isEqualTo(first + "T00:00:00");
        assertThat(activity.getInt("durationMinutes")).isEqualTo(minutes);
        assertThat(activity.getBoolean("adjusted")).isFalse();
    }

    @Test
    void midnightMayBeSkipped() {
        var cairo = create("'allDay':true,'startsOn':'2026-04-24','zone':'Africa/Cairo'")
                .json();
        var samoa = create("'allDay':true,'startsOn':'2011-12-30','zone':'Pacific/Apia'")
                .json();

        assertThat(cairo.getString("startsAt")).isEqualTo("2026-04-24T01:00:00+03:00");
        assertThat(cairo.getBoolean("adjusted")).isFalse();
        assertThat(samoa.getBoolean("adjusted")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'allDay':true                                                                 | #/startsOn",
                "'allDay':true,'startsOn':'2026-02-30'                                         | #/startsOn",
                "'allDay':true,'startsOn':'2026-07-02','endsOn':'2026-07-01'                   | #/endsOn",
                "'allDay':true,'startsOn':'2026-07-01','endsOn':'2026-07-15'                   | #/endsOn",
                "'allDay':true,'startsOn':'2026-07-01','startsLocal':'2026-07-01T10:00'        | #/startsLocal",
                "'allDay':true,'startsOn':'2026-07-01','durationMinutes':90                    | #/durationMinutes",
                "'allDay':true,'startsOn':'2026-07-01','endsOn':'2026-07-02','durationMinutes':1440 | #/durationMinutes",
                "'allDay':true,'startsOn':'2100-12-31','durationMinutes':2880                  | #/durationMinutes",
                "'allDay':'yes','startsLocal':'2026-07-01T10:00','durationMinutes':60          | #/allDay",
                "'startsOn':'2026-07-01','startsLocal':'2026-07-01T10:00','durationMinutes':60 | #/startsOn",
                "'allDay':false,'startsOn':'2026-07-01'                                        | #/startsOn"
            })
    void whatContradictsItselfIsRefused(String fields, String pointer) {
        var refused = create(fields);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().getJsonArray("errors").getValuesAs(JsonObject.class))
                .extracting(error -> error.getString("pointer"))
                .contains(pointer);
    }

    @Test
    void aTimeBecomesADayAndADayATime() {
        var activity = path(create("'startsLocal':'2026-07-01T10:00','durationMinutes':60"));

        assertDays(patch(activity, "{'allDay':true}"), "2026-07-01", "2026-07-01");
        assertDays(patch(activity, "{'endsOn':'2026-07-03'}"), "2026-07-01", "2026-07-03");
        assertDays(patch(activity, "{'title':'Camp'}"), "2026-07-01", "2026-07-03");
        assertThat(patch(activity, "{'startsOn':'2026-07-04'}").status()).isEqualTo(422);
        assertThat(patch(activity, "{'allDay':false}").status()).isEqualTo(422);
        var timed = patch(activity, "{'allDay':false,'startsLocal':'2026-07-02T09:00','durationMinutes':90}");
        assertThat(timed.status()).isEqualTo(200);
        assertThat(timed.json().isNull("startsOn")).isTrue();
        assertThat(timed.string("startsAt")).isEqualTo("2026-07-02T09:00:00-04:00");
    }

    @Test
    void aClientThatKnowsTimesOnlyMovesWholeDays() {
        var activity = path(create("'allDay':true,'startsOn':'2026-07-01','endsOn':'2026-07-02'"));

        assertDays(patch(activity, "{'startsLocal':'2026-07-05T00:00:00'}"), "2026-07-05", "2026-07-06");
        assertDays(patch(activity, "{'durationMinutes':4320}"), "2026-07-05", "2026-07-07");
        assertThat(patch(activity, "{'startsLocal':'2026-07-05T10:00'}").status())
                .isEqualTo(422);
        var whole = olga.get(activity).json();
        var sent = Client.json(
                "{'title':'%s','allDay':true,'startsOn':'%s','endsOn':'%s','startsLocal':'%s','durationMinutes':%d}"
                        .formatted(
                                "Same",
                                whole.getString("startsOn"),
                                whole.getString("endsOn"),
                                whole.getString("startsLocal"),
                                whole.getInt("durationMinutes")));
        assertDays(patch(activity, sent), "2026-07-05", "2026-07-07");
    }

    @Test
    void aCopyIsAllDayToo() {
        var activity = path(create("'allDay':true,'startsOn':'2026-07-01','endsOn':'2026-07-02'"));

        assertDays(olga.post(activity + "/duplicate", "{'startsOn':'2026-08-01'}"), "2026-08-01", "2026-08-02");
        assertDays(
                olga.post(activity + "/duplicate", "{'startsLocal':'2026-08-01T00:00'}"), "2026-08-01", "2026-08-02");
        assertDays(olga.post(activity + "/duplicate", "{}"), "2026-07-01", "2026-07-02");
        assertThat(olga.post(activity + "/duplicate", "{'startsLocal':'2026-08-01T10:00'}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void noDayIsLaterThan2100() {
        var camp = path(create("'allDay':true,'startsOn':'2100-12-30','endsOn':'2100-12-31'"));

        assertThat(olga.post(camp + "/duplicate", "{'startsOn':'2100-12-31'}").status())
                .isEqualTo(422);
        assertThat(patch(camp, "{'startsLocal':'2100-12-31T00:00'}").status()).isEqualTo(422);
        assertThat(patch(camp, "{'title':'Last'}").status()).isEqualTo(200);
        for (var rule : List.of("'count':2", "'until':'2100-12-31'")) {
            var series =
                    "{'title':'Camp','allDay':true,'startsOn':'2100-12-%d','endsOn':'2100-12-%d','rule':{'frequency':'daily',%s}}";
            assertThat(olga.post(group + "/series", series.formatted(30, 31, rule))
                            .status())
                    .isEqualTo(422);
        }
        var series = olga.post(
                group + "/series",
                "{'title':'Camp','allDay':true,'startsOn':'2100-12-29','endsOn':'2100-12-30','rule':{'frequency':'daily','count':2}}");
        assertThat(series.status()).isEqualTo(201);
        assertThat(patch(group + "/series/" + series.id(), "{'endsOn':'2100-12-31'}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void listsAreOrderedByTheBeginningOfTheDay() {
        for (var fields : List.of(
                "'startsLocal':'2026-07-02T00:30','durationMinutes':60",
                "'allDay':true,'startsOn':'2026-07-02'",
                "'startsLocal':'2026-07-01T23:30','durationMinutes':60")) {
            create(fields);
        }

        assertThat(olga.get(group + "/activities").items())
                .extracting(activity -> activity.getString("startsLocal"))
                .containsExactly("2026-07-01T23:30:00", "2026-07-02T00:00:00", "2026-07-02T00:30:00");
    }

    @Test
    void itBeginsWithTheDayInItsZone() {
        // Their dates differ by a day or two, always.
        var west = published("Etc/GMT+12");
        var east = published("Pacific/Kiritimati");
        var today = LocalDate.now(ZoneId.of("Etc/GMT+12"));
        assertThat(olga.get(west).string("startsOn"))
                .isEqualTo(today.plusDays(1).toString());

        assertThat(signUp(olga, west).status()).isEqualTo(201);
        assertThat(signUp(olga, east).string("type")).isEqualTo("/problems/signup-window-closed");
    }

    @Test
    void aCalendarHasDates() {
        var activity = path(create("'allDay':true,'startsOn':'2090-12-31','endsOn':'2091-01-01'"));
        olga.post(activity + "/publish");

        assertThat(olga.get(activity + ".ics").body())
                .contains("\r\nDTSTART;VALUE=DATE:20901231\r\nDTEND;VALUE=DATE:20910102\r\n")
                .doesNotContain("\r\nDTSTART:");
        assertThat(olga.get(group + "/calendar.ics").body()).contains("\r\nDTSTART;VALUE=DATE:20901231\r\n");
    }

    @Test
    void aSeriesRepeatsDays() {
        var first = LocalDate.now(ZoneId.of("America/Toronto")).plusDays(10);
        var made = olga.post(
                group + "/series",
                "{'title':'Camp','allDay':true,'startsOn':'%s','endsOn':'%s','rule':{'frequency':'daily','interval':30,'count':5}}"
                        .formatted(first, first.plusDays(1)));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().getBoolean("allDay")).isTrue();
        var series = group + "/series/" + made.id();
        assertDays(first, 30, 2);

        // One day later, and longer.
        var patch = "{'startsOn':'%s','endsOn':'%s'}".formatted(first.plusDays(1), first.plusDays(3));
        assertThat(patch(series, patch).status()).isEqualTo(200);
        assertDays(first.plusDays(1), 30, 3);

        // The third and those that follow, on a day of their own.
        var third = olga.get(group + "/activities").items().get(2);
        var on = first.plusDays(62);
        assertThat(patch(
                                group + "/activities/" + third.getString("id") + "?scope=following",
                                "{'startsOn':'%s','endsOn':'%s'}".formatted(on, on))
                        .status())
                .isEqualTo(200);
        var all = olga.get(group + "/activities").items();
        assertThat(all).hasSize(5);
        assertThat(all.get(2).getString("startsOn")).isEqualTo(on.toString());
        assertThat(all.get(4).getString("endsOn")).isEqualTo(on.plusDays(60).toString());

        // And at a time of the day.
        var timed = "{'allDay':false,'startsLocal':'%sT18:00','durationMinutes':60}".formatted(on);
        assertThat(patch(group + "/activities/" + third.getString("id") + "?scope=following", timed)
                        .status())
                .isEqualTo(200);
        assertThat(olga.get(group + "/activities").items().get(4).getString("startsLocal"))
                .isEqualTo(on.plusDays(60) + "T18:00:00");
    }

    @Test
    void anExportHasIt() {
        create("'allDay':true,'startsOn':'2026-07-01','endsOn':'2026-07-02'");
        olga.post(
                group + "/series",
                "{'title':'Camp','allDay':true,'startsOn':'2090-07-01','rule':{'frequency':'daily','count':2}}");
        var export = olga.get(group + "/export").body();
        olga.with("If-Match", "*").delete(group + "?name=Camps");

        var imported = olga.with("Content-Type", "application/json").send("POST", "/api/v1/groups/import", export);

        assertThat(imported.status()).isEqualTo(201);
        var activity = olga.get(group + "/activities").items().get(0);
        assertThat(activity.getString("endsOn")).isEqualTo("2026-07-02");
        assertThat(olga.get(group + "/series").items().get(0).getBoolean("allDay"))
                .isTrue();
    }

    @Test
    void whatHadBegunWhenASeriesBecameAllDayIsImportedWithItsTime() {
        var first = LocalDate.now(ZoneId.of("America/Toronto")).minusDays(8);
        var series = olga.post(
                group + "/series",
                "{'title':'Run','startsLocal':'%sT10:00','durationMinutes':60,'rule':{'frequency':'weekly','count':4}}"
                        .formatted(first));
        var last = olga.get(group + "/activities").items().get(3).getString("id");
        olga.post(group + "/activities/" + last + "/cancel");
        assertThat(patch(group + "/series/" + series.id(), "{'allDay':true}").status())
                .isEqualTo(200);
        var exported = olga.get(group + "/export");
        olga.with("If-Match", "*").delete(group + "?name=Camps");

        olga.with("Content-Type", "application/json").send("POST", "/api/v1/groups/import", exported.body());

        var again = olga.get(group + "/export").json();
        assertThat(again.getJsonArray("activities").getValuesAs(JsonObject.class))
                .extracting(activity -> activity.getBoolean("allDay"))
                .containsExactlyInAnyOrder(false, false, true, false);
        assertThat(again.getJsonArray("activities")).isEqualTo(exported.json().getJsonArray("activities"));
        assertThat(again.getJsonArray("series")).isEqualTo(exported.json().getJsonArray("series"));
        var begun = olga.get(group + "/activities").items().get(0).getString("id");
        assertThat(patch(group + "/activities/" + begun, "{'title':'Run!'}").status())
                .isEqualTo(200);
    }

    private void assertDays(LocalDate first, int interval, int days) {
        var all = olga.get(group + "/activities").items();
        assertThat(all).hasSize(5);
        for (var number = 0; number < 5; number++) {
            var on = first.plusDays((long) number * interval);
            assertThat(all.get(number).getString("startsOn")).isEqualTo(on.toString());
            assertThat(all.get(number).getString("endsOn"))
                    .isEqualTo(on.plusDays(days - 1L).toString());
        }
    }

    private static void assertDays(Answer answer, String first, String last) {
        assertThat(answer.status()).isIn(200, 201);
        assertThat(answer.string("startsOn")).isEqualTo(first);
        assertThat(answer.string("endsOn")).isEqualTo(last);
    }

    private String published(String zone) {
        var tomorrow = LocalDate.now(ZoneId.of("Etc/GMT+12")).plusDays(1);
        var activity = path(create("'allDay':true,'startsOn':'%s','zone':'%s'".formatted(tomorrow, zone)));
        olga.post(activity + "/publish");
        return activity;
    }

    private static Answer signUp(Client user, String activity) {
        return user.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", "{}");
    }

    private Answer create(String fields) {
        return olga.post(group + "/activities", "{'title':'Camp'," + fields + "}");
    }

    private String path(Answer made) {
        return group + "/activities/" + made.id();
    }

    private Answer patch(String resource, String patch) {
        var path = resource.replaceAll("\\?.*", "");
        return olga.with("If-Match", olga.get(path).header("ETag")).patch(resource, patch);
    }
}
