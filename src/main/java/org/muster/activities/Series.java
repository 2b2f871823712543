package org.muster.activities;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.http.Zone;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;

/**
 * A series of recurring activities.
 *
 * @param madeThrough the occurrences up to this day have been created
 * @param occurrences the number of its activities
 * @param version grows with every change, and when occurrences are created
 */
public record Series(
        UUID group,
        UUID id,
        Template template,
        SeriesState state,
        LocalDate madeThrough,
        int occurrences,
        int version,
        Instant createdAt,
        Instant updatedAt) {
    /** The maximum number of occurrences. */
    static final int MAX_OCCURRENCES = 104;

    private static final int HORIZON_DAYS = 180;

    /** The last day for which occurrences are created now: 180 days ahead. */
    static LocalDate horizon(Instant now) {
        return now.atZone(ZoneOffset.UTC).toLocalDate().plusDays(HORIZON_DAYS);
    }

    /**
     * What organizers set.
     *
     * @param plan of the first occurrence; the others differ in their day. It has no sign-up window
     * @param publish whether occurrences are created as published activities, not as drafts
     */
    public record Template(Activity.Plan plan, RecurrenceRule rule, boolean publish) {

        /** @param zone the default time zone: the group's */
        static Template of(JsonInput input, Zone zone) {
            var plan = Activity.Plan.ofSeries(input, zone);
            return fitting(input, plan, RecurrenceRule.of(input.part("rule"), day(plan)));
        }

        /** Like {@link #of}, but adds errors to the input and does not end it. */
        public static Template read(JsonInput input) {
            var plan = Activity.Plan.ofSeries(input, Zone.UTC);
            var rule = RecurrenceRule.of(input.part("rule"), day(plan));
            var template = new Template(plan, rule, input.flag("publish", false));
            if (!rule.fits(day(plan))) {
                input.reject(startField(plan), "must be on a day that the rule has");
            } else if (template.dates().isEmpty() || template.dates().size() > MAX_OCCURRENCES) {
                input.reject("rule", "must have from 1 to " + MAX_OCCURRENCES + " occurrences");
            } else if (template.endsTooLate()) {
                input.reject("rule", "must not last beyond 2100");
            }
            return template;
        }

        private static Template fitting(JsonInput input, Activity.Plan plan, RecurrenceRule rule) {
            if (!rule.fits(day(plan))) {
                input.reject(startField(plan), "must be on a day that the rule has");
            }
            return checked(input, plan, rule);
        }

        private static Template checked(JsonInput input, Activity.Plan plan, RecurrenceRule rule) {
            var template = new Template(plan, rule, input.flag("publish", false));
            input.done();
            template.check();
            return template;
        }

        /**
         * Applies the patch. A new start without a rule moves all occurrences by as many days. A new rule without a
         * start moves the first occurrence to the rule's first day.
         */
        Template patched(JsonInput patch, Zone zone) {
            var input = patch.patching(json(plan.json(patch)));
            var plan = Activity.Plan.ofSeries(input, zone);
            var given = RecurrenceRule.of(input.part("rule"), day(plan));
            if (!patch.has("rule")) {
                var sameDays = new Template(plan.on(first()), rule, input.flag("publish", false));
                input.done();
                return sameDays.movedTo(day(plan));
            }
            return patch.has("startsLocal") || patch.has("startsOn")
                    ? fitting(input, plan, given)
                    : checked(input, plan.on(given.firstFrom(day(plan)).orElse(day(plan))), given);
        }

        /** The template shifted by this duration of local time; it may be negative. */
        Template later(Duration shift) {
            var start = plan.schedule().startsLocal().plus(shift);
            return new Template(plan.startingAt(first().atTime(start.toLocalTime())), rule, publish)
                    .movedTo(start.toLocalDate());
        }

        /** The template with the difference between these two schedules of an occurrence. */
        Template rescheduled(Schedule before, Schedule after) {
            if (after.allDay() == before.allDay()
                    && after.startsLocal().equals(before.startsLocal())
                    && after.duration().equals(before.duration())) {
                return this;
            }
            var days = ChronoUnit.DAYS.between(before.startsOn(), after.startsOn());
            return new Template(plan.on(rescheduled(plan.schedule(), before, after)), rule, publish)
                    .movedTo(first().plusDays(days));
        }

        private Schedule rescheduled(Schedule own, Schedule before, Schedule after) {
            if (after.allDay() != before.allDay()) {
                var start = first().atTime(after.startsLocal().toLocalTime());
                return new Schedule(start, own.zone(), after.duration(), after.allDay());
            }
            var longer = own.allDay() == after.allDay() && !after.duration().equals(before.duration());
            return new Schedule(
                    own.startsLocal(), own.zone(), longer ? after.duration() : own.duration(), own.allDay());
        }

        private Template movedTo(LocalDate first) {
            var days = ChronoUnit.DAYS.between(first(), first);
            var moved = new Template(plan.on(first), rule.shifted(days), publish);
            var all = dates().stream().map(day -> day.plusDays(days)).toList();
            if (!moved.dates().equals(all) || moved.endsTooLate()) {
                throw Problem.invalid(
                        ProblemType.VALIDATION,
                        List.of(new Invalid(
                                "#/" + startField(plan), "cannot be on that day with this rule; change the rule too")));
            }
            return moved;
        }

        /** The template without this number of first occurrences. */
        Template after(int number) {
            return new Template(plan.on(dates().get(number)), rule.without(number), publish);
        }

        /** The template of this number of first occurrences only. */
        Template before(int number) {
            return new Template(plan, rule.endingWith(dates().get(number - 1), number), publish);
        }

        private void check() {
            var dates = dates();
            var end = rule.until().isPresent() ? "#/rule/until" : "#/rule/count";
            var wanted = rule.count().orElse(dates.size());
            if (wanted > MAX_OCCURRENCES) {
                throw Problem.invalid(
                                ProblemType.SERIES_TOO_LONG,
                                List.of(new Invalid(
                                        end,
                                        "would have " + wanted + " occurrences; a series has at most "
                                                + MAX_OCCURRENCES)))
                        .with("occurrences", JSON.createValue(wanted));
            }
            if (dates.isEmpty() || dates.size() < wanted || endsTooLate()) {
                throw Problem.invalid(
                        ProblemType.VALIDATION,
                        List.of(new Invalid(
                                end, dates.isEmpty() ? "must not be before the first" : "must not be after 2100")));
            }
        }

        LocalDate first() {
            return day(plan);
        }

        /** The days of all occurrences, in order. */
        public List<LocalDate> dates() {
            return rule.dates(first());
        }

        /** The day of the last occurrence; empty if there is none. */
        Optional<LocalDate> last() {
            var dates = dates();
            return dates.isEmpty() ? Optional.empty() : Optional.of(dates.get(dates.size() - 1));
        }

        /** Whether the last occurrence ends later than input can say. */
        private boolean endsTooLate() {
            return last().filter(day -> on(day).endsTooLate()).isPresent();
        }

        /** The first day after this one; empty if there is none. */
        public Optional<LocalDate> next(LocalDate after) {
            return dates().stream().filter(day -> day.isAfter(after)).findFirst();
        }

        /** The schedule of the occurrence on this day. */
        Schedule on(LocalDate day) {
            return plan.on(day).schedule();
        }

        /** Whether both have the same days. */
        boolean repeatsAs(Template other) {
            return rule.equals(other.rule) && first().equals(other.first());
        }

        private static LocalDate day(Activity.Plan plan) {
            return plan.schedule().startsLocal().toLocalDate();
        }

        static String startField(Activity.Plan plan) {
            return plan.schedule().allDay() ? "startsOn" : "startsLocal";
        }

        JsonObject json() {
            return json(plan.json());
        }

        private JsonObject json(JsonObject shared) {
            return JSON.createObjectBuilder(shared)
                    .remove("signupOpensAt")
                    .remove("signupClosesAt")
                    .add("publish", publish)
                    .add("rule", rule.json())
                    .build();
        }
    }

    /** @throws Problem 409 if it has been ended */
    void requireNotEnded() {
        if (state == SeriesState.ENDED) {
            throw Problem.of(ProblemType.SERIES_ENDED, "A series that has been ended cannot be changed.");
        }
    }

    private JsonArrayBuilder skippedMonths() {
        var months = JSON.createArrayBuilder();
        template.rule().skippedMonths(template.first()).forEach(month -> months.add(month.toString()));
        return months;
    }

    /** As the API shows it. */
    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("id", id.toString())
                .add("groupId", group.toString())
                .addAll(JSON.createObjectBuilder(template.json()))
                .add("state", EnumNames.of(state))
                .add("occurrences", occurrences)
                .add("madeThrough", madeThrough.toString())
                .add("skippedMonths", skippedMonths())
                .add("version", version)
                .add("createdAt", Times.utc(createdAt))
                .add("updatedAt", Times.utc(updatedAt))
                .build();
    }
}
