package org.muster.activities;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.muster.http.JsonInput;
import org.muster.json.EnumNames;

/**
 * The rule that gives the days of a series, from its first. It is finite: it ends on a day or after a number of
 * occurrences.
 *
 * @param interval the number of days, weeks (from Monday) or months between occurrences
 * @param weekdays at least one in a weekly rule, exactly one in a monthly rule with {@code nth}, empty otherwise
 * @param nth which such weekday of the month, from 1 to 5, or -1 for the last. Without it a monthly rule uses the
 *     first occurrence's day of the month. Months without the day are skipped
 * @param until the last day on which there may be an occurrence; present if {@code count} is not
 * @param count how many occurrences there are; present if {@code until} is not
 * @param lastDay whether a monthly rule uses the last day of each month: {@code BYMONTHDAY=-1} in iCalendar
 */
public record RecurrenceRule(
        Frequency frequency,
        int interval,
        Set<Weekday> weekdays,
        Optional<Integer> nth,
        Optional<LocalDate> until,
        Optional<Integer> count,
        boolean lastDay) {
    /** No occurrence is later than this year. */
    static final int LAST_YEAR = 2100;

    /** @param first the first occurrence, whose weekday is the default */
    static RecurrenceRule of(JsonInput input, LocalDate first) {
        // iCalendar uses upper case.
        var frequency = input.choiceInEitherCase("frequency", Frequency.class);
        var nth = input.optionalNumber("nth", -1, 5);
        var given = input.optionalChoices("weekdays", Weekday.class);
        var byWeekday = frequency == Frequency.WEEKLY || frequency == Frequency.MONTHLY && nth.isPresent();
        var rule = new RecurrenceRule(
                frequency,
                input.optionalNumber("interval", 1, 52).orElse(1),
                byWeekday && given.isEmpty() ? EnumSet.of(Weekday.of(first)) : given,
                nth,
                input.date("until"),
                input.optionalNumber("count", 1, 1_000_000),
                input.optionalNumber("monthDay", -1, -1).isPresent());
        rule.check(input, byWeekday);
        return rule;
    }

    private void check(JsonInput input, boolean byWeekday) {
        if (!byWeekday && !weekdays.isEmpty()) {
            input.reject("weekdays", "is only for weekly rules and for monthly rules with nth");
        }
        if (nth.isPresent() && frequency != Frequency.MONTHLY) {
            input.reject("nth", "is only for monthly rules");
        } else if (nth.equals(Optional.of(0))) {
            input.reject("nth", "must be from 1 to 5, or -1 for the last");
        } else if (nth.isPresent() && weekdays.size() > 1) {
            input.reject("weekdays", "must be one weekday if nth is given");
        }
        if (lastDay && frequency != Frequency.MONTHLY) {
            input.reject("monthDay", "is only for monthly rules");
        } else if (lastDay && nth.isPresent()) {
            input.reject("monthDay", "must not be there with nth");
        }
        if (until.isPresent() == count.isPresent()) {
            input.reject(until.isPresent() ? "count" : "until", "exactly one of until and count is required");
        }
    }

    /** Whether the day can be the first occurrence. */
    boolean fits(LocalDate day) {
        return days(day).findFirst().filter(day::equals).isPresent();
    }

    /** The first day of the rule on or after this day. */
    Optional<LocalDate> firstFrom(LocalDate day) {
        return days(day).findFirst();
    }

    /** The days of all occurrences, in order, up to 2100. */
    public List<LocalDate> dates(LocalDate first) {
        return days(first)
                .takeWhile(day -> until.filter(day::isAfter).isEmpty())
                .limit(count.orElse(Integer.MAX_VALUE))
                .toList();
    }

    /** The months before the last occurrence that lack the day of a monthly rule, although it is their turn. */
    List<YearMonth> skippedMonths(LocalDate first) {
        if (frequency != Frequency.MONTHLY) {
            return List.of();
        }
        var dates = dates(first);
        if (dates.isEmpty()) {
            return List.of();
        }
        var last = YearMonth.from(dates.get(dates.size() - 1));
        return Stream.iterate(YearMonth.from(first), month -> month.isBefore(last), month -> month.plusMonths(interval))
                .filter(month -> in(month, first).isEmpty())
                .toList();
    }

    /** The rule shifted by this number of days. */
    RecurrenceRule shifted(long days) {
        var later = EnumSet.noneOf(Weekday.class);
        weekdays.forEach(weekday -> later.add(weekday.plus(days)));
        return new RecurrenceRule(
                frequency, interval, later, nth, until.map(day -> day.plusDays(days)), count, lastDay);
    }

    /** The rule, ended on this day or after this number of occurrences. */
    RecurrenceRule endingWith(LocalDate last, int number) {
        return new RecurrenceRule(
                frequency, interval, weekdays, nth, until.map(any -> last), count.map(any -> number), lastDay);
    }

    /** The rule without this number of first occurrences. */
    RecurrenceRule without(int number) {
        return new RecurrenceRule(frequency, interval, weekdays, nth, until, count.map(all -> all - number), lastDay);
    }

    private Stream<LocalDate> days(LocalDate first) {
        var steps = IntStream.iterate(0, step -> step + interval).boxed();
        var days = switch (frequency) {
            case DAILY -> steps.map(first::plusDays);
            case WEEKLY -> {
                var monday = first.with(Weekday.MON.day());
                yield steps.flatMap(step ->
                        weekdays.stream().map(weekday -> monday.plusWeeks(step).with(weekday.day())));
            }
            case MONTHLY ->
                steps.map(YearMonth.from(first)::plusMonths)
                        .takeWhile(month -> month.getYear() <= LAST_YEAR) // there may be no such day in any month
                        .flatMap(month -> in(month, first).stream());
        };
        return days.filter(day -> !day.isBefore(first)).takeWhile(day -> day.getYear() <= LAST_YEAR);
    }

    private Optional<LocalDate> in(YearMonth month, LocalDate first) {
        if (nth.isPresent()) {
            var weekday = weekdays.iterator().next().day();
            return Optional.of(month.atDay(1).with(TemporalAdjusters.dayOfWeekInMonth(nth.get(), weekday)))
                    .filter(day -> YearMonth.from(day).equals(month));
        }
        if (lastDay) {
            return Optional.of(month.atEndOfMonth());
        }
        return Optional.of(first.getDayOfMonth()).filter(month::isValidDay).map(month::atDay);
    }

    /** As the API shows it. */
    public JsonObject json() {
        var days = JSON.createArrayBuilder();
        weekdays.forEach(weekday -> days.add(EnumNames.of(weekday)));
        return JSON.createObjectBuilder()
                .add("frequency", EnumNames.of(frequency))
                .add("interval", interval)
                .add("weekdays", weekdays.isEmpty() ? JsonValue.NULL : days.build())
                .add("nth", nth.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                .add("monthDay", lastDay ? JSON.createValue(-1) : JsonValue.NULL)
                .add(
                        "until",
                        until.<JsonValue>map(day -> JSON.createValue(day.toString()))
                                .orElse(JsonValue.NULL))
                .add("count", count.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                .build();
    }
}
