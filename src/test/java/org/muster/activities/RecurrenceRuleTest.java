package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.json.Json;
import java.io.StringReader;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.http.JsonInput;
import org.muster.problems.Problem;

class RecurrenceRuleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2027-01-04 | 'frequency':'daily','count':3                                    | 01-04 01-05 01-06",
                "2027-01-04 | 'frequency':'daily','interval':10,'until':'2027-01-24'           | 01-04 01-14 01-24",
                "2027-01-06 | 'frequency':'weekly','count':3                                   | 01-06 01-13 01-20",
                "2027-01-06 | 'frequency':'weekly','weekdays':['fri','mon','wed'],'count':5     | 01-06 01-08 01-11"
                        + " 01-13 01-15",
                "2027-01-06 | 'frequency':'weekly','interval':2,'weekdays':['mon','wed'],'count':4 | 01-06 01-18 01-20"
                        + " 02-01",
                "2027-01-31 | 'frequency':'monthly','count':4                                  | 01-31 03-31 05-31"
                        + " 07-31",
                "2027-01-31 | 'frequency':'monthly','monthDay':-1,'count':4                    | 01-31 02-28 03-31"
                        + " 04-30",
                "2027-04-30 | 'frequency':'monthly','monthDay':-1,'interval':2,'count':3       | 04-30 06-30 08-31",
                "2027-01-15 | 'frequency':'monthly','interval':3,'until':'2027-07-14'          | 01-15 04-15",
                "2027-01-12 | 'frequency':'monthly','nth':2,'weekdays':['tue'],'count':3        | 01-12 02-09 03-09",
                "2027-01-29 | 'frequency':'monthly','nth':5,'count':3                          | 01-29 04-30 07-30",
                "2027-01-25 | 'frequency':'monthly','nth':-1,'weekdays':['mon'],'count':3       | 01-25 02-22 03-29",
            })
    void aRuleHasItsDays(LocalDate first, String rule, String days) {
        var read = rule(rule, first);

        assertThat(read.fits(first)).isTrue();
        assertThat(read.dates(first))
                .containsExactlyElementsOf(Stream.of(days.split(" "))
                        .map(day -> LocalDate.parse("2027-" + day))
                        .toList());
    }

    @Test
    void aRuleThatSkipsAllButLeapYearsEndsInThisAge() {
        var first = LocalDate.parse("2028-02-29");

        assertThat(rule("'frequency':'monthly','interval':12,'count':104", first)
                        .dates(first))
                .startsWith(first, LocalDate.parse("2032-02-29"))
                .endsWith(LocalDate.parse("2096-02-29"));
    }

    @Test
    void theMonthsThatLackTheDayAreTold() {
        var first = LocalDate.parse("2027-01-31");

        assertThat(rule("'frequency':'monthly','count':4", first).skippedMonths(first))
                .hasToString("[2027-02, 2027-04, 2027-06]");
        assertThat(rule("'frequency':'monthly','monthDay':-1,'count':4", first).skippedMonths(first))
                .isEmpty();
        assertThat(rule("'frequency':'monthly','nth':5,'count':3", LocalDate.parse("2027-01-29"))
                        .skippedMonths(LocalDate.parse("2027-01-29")))
                .hasToString("[2027-02, 2027-03, 2027-05, 2027-06]");
    }

    @Test
    void aRuleForAWeekdayThatItsMonthsNeverHaveHasNoDays() {
        var february = LocalDate.parse("2027-02-01");

        var rule = rule("'frequency':'monthly','interval':24,'nth':5,'weekdays':['mon'],'count':3", february);

        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(rule.fits(february)).isFalse());
        assertThat(rule.dates(february)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2027-01-05, weekly,  2027-01-11",
        "2027-01-05, monthly, 2027-01-11",
        "2027-01-12, monthly, 2027-02-08",
    })
    void aDayThatDoesNotFitIsNotTheFirst(LocalDate day, String frequency, LocalDate next) {
        var nth = frequency.equals("monthly") ? "'nth':2," : "";
        var rule = rule("'frequency':'%s',%s'weekdays':['mon'],'count':3".formatted(frequency, nth), day);

        assertThat(rule.fits(day)).isFalse();
        assertThat(rule.firstFrom(day)).contains(next);
    }

    @Test
    void aRuleMovesWithItsWeekdaysAndItsEnd() {
        var first = LocalDate.parse("2027-01-04");
        var rule = rule("'frequency':'weekly','weekdays':['mon','sun'],'until':'2027-01-17'", first);

        assertThat(rule.shifted(1).dates(first.plusDays(1)))
                .isEqualTo(rule.dates(first).stream()
                        .map(day -> day.plusDays(1))
                        .filter(day -> !day.isAfter(LocalDate.parse("2027-01-18")))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'count':3                                                     | #/frequency",
                "'frequency':'yearly','count':3                                | #/frequency",
                "'frequency':'daily'                                           | #/until",
                "'frequency':'daily','count':3,'until':'2028-01-01'            | #/count",
                "'frequency':'daily','interval':0,'count':3                    | #/interval",
                "'frequency':'daily','interval':53,'count':3                   | #/interval",
                "'frequency':'daily','weekdays':['mon'],'count':3              | #/weekdays",
                "'frequency':'weekly','weekdays':[],'count':3                  | #/weekdays",
                "'frequency':'weekly','weekdays':'mon','count':3               | #/weekdays",
                "'frequency':'weekly','nth':1,'count':3                        | #/nth",
                "'frequency':'monthly','nth':0,'weekdays':['mon'],'count':3     | #/nth",
                "'frequency':'monthly','nth':1,'weekdays':['mon','tue'],'count':3 | #/weekdays",
                "'frequency':'monthly','weekdays':['mon'],'count':3            | #/weekdays",
                "'frequency':'daily','until':'tomorrow'                        | #/until",
                "'frequency':'daily','count':3,'byday':1                       | #/byday",
            })
    void whatMakesNoSenseIsRefusedAtItsPlace(String rule, String pointer) {
        assertThatThrownBy(() -> rule(rule, LocalDate.parse("2027-01-04")))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.errors())
                                .extracting(error -> error.asJsonObject().getString("pointer"))
                                .containsExactlyElementsOf(pointers(rule, pointer)));
    }

    /** Without a valid end there are two: that it is wrong, and that there is none. */
    private static List<String> pointers(String rule, String pointer) {
        return rule.contains("tomorrow") ? List.of(pointer, pointer) : List.of(pointer);
    }

    private static RecurrenceRule rule(String json, LocalDate first) {
        try (var reader = Json.createReader(new StringReader("{" + json.replace('\'', '"') + "}"))) {
            var input = new JsonInput(reader.readObject());
            var rule = RecurrenceRule.of(input, first);
            input.done();
            return rule;
        }
    }
}
