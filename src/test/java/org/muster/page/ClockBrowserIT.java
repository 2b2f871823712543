package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.RunningMuster;
import org.muster.activities.Frequency;
import org.muster.activities.RecurrenceRule;
import org.muster.activities.Schedule;
import org.muster.activities.Weekday;
import org.muster.http.Zone;

/** What the page says beforehand about days and times is what the server makes of them. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class ClockBrowserIT {
    private static final int MOST = 104;

    /** Also zones whose clocks change by half an hour, at midnight, or by a whole day. */
    private static final List<String> ZONES = List.of(
            "America/Toronto",
            "America/St_Johns",
            "America/Sao_Paulo",
            "Europe/Paris",
            "Europe/Dublin",
            "Africa/Casablanca",
            "Asia/Beirut",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Pacific/Kiritimati",
            "UTC");

    /** Those of what is asked that the page answers otherwise, as text. */
    private static final String DIFFERENCES = """
            async ([module, cases]) => {
                const there = await import(document.querySelector('script[type=module]').src.replace('app.js', module));
                const answer = {
                    'organize/rule.js': ({ rule, first }) => there.daysOf(JSON.parse(rule), first).join(' '),
                    'organize/clock.js': ({ local, zone }) =>
                        `${there.instantOf(local, zone).toISOString()} ${there.isSkipped(local, zone)}`,
                }[module];
                return cases
                    .map((asked) => [asked, answer(asked)])
                    .filter(([{ expected }, found]) => found !== expected)
                    .map(([asked, found]) => `${JSON.stringify(asked)} is ${found}`);
            }
            """;

    private final Page page;

    ClockBrowserIT(Windows windows) {
        page = windows.open(Look.DESKTOP).go("/").page();
    }

    @Test
    void aSeriesIsPreviewedOnItsDays() {
        var cases = rules().map(ClockBrowserIT::expected).toList();

        assertThat(differences("organize/rule.js", cases)).isEmpty();
    }

    @Test
    void anActivityIsPreviewedAtItsTime() {
        var cases = new ArrayList<Map<String, Object>>();
        for (var zone : ZONES) {
            aroundChanges(ZoneId.of(zone)).forEach(local -> cases.add(expected(local, zone)));
        }

        assertThat(cases).hasSizeGreaterThan(1_000);
        assertThat(differences("organize/clock.js", cases)).isEmpty();
    }

    private record Ruled(RecurrenceRule rule, LocalDate first) {}

    /** Each kind of rule, for first days that are special and others, long and short. */
    private static Stream<Ruled> rules() {
        var random = new Random(1);
        var firsts = Stream.concat(
                        Stream.of("2027-01-31", "2028-02-29", "2027-02-28", "2026-12-31", "2027-01-01", "2099-11-30")
                                .map(LocalDate::parse),
                        random.ints(30, 0, 20_000).mapToObj(LocalDate.of(2026, 1, 1)::plusDays))
                .toList();
        return firsts.stream()
                .flatMap(first -> Stream.of(
                                rule(Frequency.DAILY, Set.of(), null),
                                rule(Frequency.WEEKLY, Set.of(first.getDayOfWeek()), null),
                                rule(
                                        Frequency.WEEKLY,
                                        EnumSet.of(first.getDayOfWeek(), DayOfWeek.MONDAY, DayOfWeek.SATURDAY),
                                        null),
                                rule(Frequency.MONTHLY, Set.of(), null),
                                rule(Frequency.MONTHLY, Set.of(first.getDayOfWeek()), (first.getDayOfMonth() + 6) / 7),
                                rule(Frequency.MONTHLY, Set.of(first.getDayOfWeek()), -1))
                        .flatMap(rule -> Stream.of(1, 2, 3, 10, 24, 52)
                                .flatMap(interval -> Stream.of(
                                                new RecurrenceRule(
                                                        rule.frequency(),
                                                        interval,
                                                        rule.weekdays(),
                                                        rule.nth(),
                                                        Optional.empty(),
                                                        Optional.of(random.nextInt(1, MOST + 1)),
                                                        rule.lastDay()),
                                                new RecurrenceRule(
                                                        rule.frequency(),
                                                        interval,
                                                        rule.weekdays(),
                                                        rule.nth(),
                                                        Optional.of(first.plusDays(random.nextInt(4_000))),
                                                        Optional.empty(),
                                                        rule.lastDay()))
                                        .map(each -> new Ruled(each, first)))));
    }

    private static RecurrenceRule rule(Frequency frequency, Set<DayOfWeek> days, Integer nth) {
        var weekdays = EnumSet.noneOf(Weekday.class);
        days.forEach(day -> weekdays.add(Weekday.values()[day.ordinal()]));
        return new RecurrenceRule(
                frequency, 1, weekdays, Optional.ofNullable(nth), Optional.empty(), Optional.of(1), false);
    }

    /** The page looks at one day more than a series may have. */
    private static Map<String, Object> expected(Ruled ruled) {
        var rule = ruled.rule;
        var days = rule.dates(ruled.first).stream()
                .limit(MOST + 1)
                .map(LocalDate::toString)
                .toList();
        return Map.of(
                "rule", rule.json().toString(), "first", ruled.first.toString(), "expected", String.join(" ", days));
    }

    /**
     * Half-hours around the changes of the clocks from 2010 to 2025, of which browser and server know the same whatever the
     * age of their rules, and some that have nothing to do with them.
     */
    private static List<LocalDateTime> aroundChanges(ZoneId zone) {
        var found = new ArrayList<LocalDateTime>();
        var rules = zone.getRules();
        for (var change = rules.nextTransition(Instant.parse("2010-01-01T00:00:00Z"));
                change != null && change.getInstant().isBefore(Instant.parse("2026-01-01T00:00:00Z"));
                change = rules.nextTransition(change.getInstant())) {
            var local = change.getDateTimeBefore();
            for (var minutes = -150; minutes <= 150; minutes += 30) {
                found.add(local.plusMinutes(minutes));
            }
            found.add(local.plusHours(20));
            found.add(local.minusHours(26));
        }
        Stream.of("2011-12-29", "2019-07-15", "2024-12-31")
                .map(LocalDate::parse)
                .map(day -> day.atTime(23, 59))
                .forEach(found::add);
        return found;
    }

    private static Map<String, Object> expected(LocalDateTime local, String zone) {
        var schedule = new Schedule(local, Zone.of(zone), Duration.ofHours(1));
        return Map.of(
                "local",
                local.toString(),
                "zone",
                zone,
                "expected",
                schedule.startsAt().atOffset(ZoneOffset.UTC).toLocalDateTime() + ":00.000Z " + schedule.adjusted());
    }

    private List<?> differences(String module, List<Map<String, Object>> cases) {
        return (List<?>) page.evaluate(DIFFERENCES, List.of(module, cases));
    }
}
