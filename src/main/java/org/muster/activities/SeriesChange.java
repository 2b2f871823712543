package org.muster.activities;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.muster.activities.Occurrences.Slot;
import org.muster.activities.Series.Template;
import org.muster.database.Sql;
import org.muster.history.Notifications;
import org.muster.http.JsonInput;
import org.muster.http.Zone;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue;

/**
 * A change of a series by an organizer. The group and the series must be locked. Occurrences that are overridden,
 * cancelled or have begun do not change.
 */
final class SeriesChange {
    private final SeriesStore seriesStore;
    private final Occurrences occurrences;
    private final ActivityChange activityChange;
    private final Queue queue;
    private final Notifications notifications;
    private final UUID group;
    private final UUID actor;
    private final Instant now = Instant.now();

    /** The models that changes use; made once. */
    record Models(
            SeriesStore series,
            Occurrences occurrences,
            Activities activities,
            Queue queue,
            Notifications notifications) {
        Models(Sql sql) {
            this(
                    new SeriesStore(sql),
                    new Occurrences(sql),
                    new Activities(sql),
                    new Queue(sql),
                    new Notifications(sql));
        }

        ActivityChange activityChange() {
            return new ActivityChange(activities, queue, notifications);
        }
    }

    SeriesChange(Models models, UUID group, UUID actor) {
        seriesStore = models.series;
        occurrences = models.occurrences;
        activityChange = models.activityChange();
        queue = models.queue;
        notifications = models.notifications;
        this.group = group;
        this.actor = actor;
    }

    /** Creates a series with its first occurrences, and returns its id. */
    UUID create(Template template) {
        var horizon = Series.horizon(now);
        var series = seriesStore.create(group, template, horizon);
        make(series, template, horizon, schedule -> true);
        return series;
    }

    /** @param zone the default time zone: the group's */
    void change(Series series, JsonInput patch, Zone zone) {
        series.requireNotEnded();
        var template = series.template().patched(patch, zone);
        var made = occurrences.lock(group, series.id());
        if (patch.has("rule") && !series.template().repeatsAs(template)) {
            repeatOtherwise(series, template, made);
        } else {
            replace(series, template, made, coming(made));
        }
    }

    /**
     * Changes an occurrence and all that follow. They become a series of their own, unless the occurrence is the
     * first. An overridden occurrence remains overridden, and the patch applies to it as it is.
     *
     * @param made all occurrences of the series, under lock
     * @param plan this occurrence's plan after the patch
     */
    void changeFollowing(
            Series series, List<Activity> made, Activity activity, Activity.Plan plan, JsonInput patch, Zone zone) {
        series.requireNotEnded();
        var on = activity.occurrence().orElseThrow().on();
        var index = series.template().dates().indexOf(on);
        if (index < 0) {
            throw noOccurrence();
        }
        var rest = index == 0 ? series.template() : series.template().after(index);
        var template = changed(rest, activity.plan().schedule(), plan.schedule(), patch, zone);
        var own = activity.occurrence().orElseThrow().overridden();
        var following = made.stream().filter(isSince(on)).toList();
        var affected = following.stream()
                .filter(any ->
                        any.id().equals(activity.id()) ? !own : isComing().test(any))
                .toList();
        if (index == 0) {
            replace(series, template, made, affected);
        } else {
            split(series, index, template, following, affected, activity);
        }
        if (own) {
            activityChange.apply(activity, plan, actor);
        }
    }

    /** The template with the patch of an occurrence, which had one schedule and has another. */
    private static Template changed(Template rest, Schedule before, Schedule after, JsonInput patch, Zone zone) {
        if (!before.allDay() && !after.allDay() && !rest.plan().schedule().allDay()) {
            var shift = Duration.between(before.startsLocal(), after.startsLocal());
            return rest.patched(patch.without("startsLocal"), zone).later(shift);
        }
        var others = patch;
        for (var field : ScheduleInput.FIELDS) {
            others = others.without(field);
        }
        return rest.patched(others, zone).rescheduled(before, after);
    }

    /** Ends the series. Upcoming occurrences with sign-ups are cancelled, the others are deleted. */
    void end(Series series) {
        var made = occurrences.lock(group, series.id());
        remove(made.stream().filter(isUpcoming()).toList());
        seriesStore.end(series);
    }

    private void replace(Series series, Template template, List<Activity> made, List<Activity> affected) {
        var days = days(series.template(), template);
        if (days != 0 && made.stream().anyMatch(any -> !any.startsAt().isAfter(now))) {
            throw Problem.invalid(
                    ProblemType.VALIDATION,
                    List.of(new Invalid(
                            "#/" + Template.startField(template.plan()),
                            "cannot move to another day once the series has begun; change an occurrence and"
                                    + " all that follow")));
        }
        seriesStore.change(series, template, series.madeThrough().plusDays(days));
        if (days != 0) {
            occurrences.move(series, LocalDate.MIN, series.id(), days, List.of());
        }
        apply(series.template(), template, affected);
    }

    private void split(
            Series series,
            int index,
            Template template,
            List<Activity> following,
            List<Activity> affected,
            Activity activity) {
        var rest = series.template().after(index);
        var days = days(rest, template);
        var others = following.stream()
                .filter(any -> !affected.contains(any) && !any.id().equals(activity.id()))
                .toList();
        seriesStore.change(series, series.template().before(index), series.madeThrough());
        var split = seriesStore.create(group, template, series.madeThrough().plusDays(days));
        occurrences.move(series, rest.first(), split, days, others);
        apply(rest, template, affected);
    }

    private void repeatOtherwise(Series series, Template template, List<Activity> made) {
        var wanted = new HashSet<>(template.dates());
        var horizon = Series.horizon(now);
        remove(coming(made).stream()
                .filter(any -> !wanted.contains(any.occurrence().orElseThrow().on()))
                .toList());
        seriesStore.change(series, template, horizon);
        var before = new Template(
                series.template().plan().on(template.first()),
                template.rule(),
                series.template().publish());
        if (!template.equals(before)) {
            apply(
                    before,
                    template,
                    coming(made).stream()
                            .filter(any -> wanted.contains(
                                    any.occurrence().orElseThrow().on()))
                            .toList());
        }
        make(series.id(), template, horizon, schedule -> schedule.startsAt().isAfter(now));
    }

    /** Applies the difference between the two templates to these activities. */
    private void apply(Template before, Template template, List<Activity> affected) {
        var plan = template.plan();
        var days = days(before, template);
        var was = before.plan().on(template.first());
        var moved = days != 0 || plan.movedFrom(was);
        var rescheduled = days != 0 || !plan.schedule().equals(was.schedule());
        plan.newCapacity().ifPresent(capacity -> capacity.requireEnough(queue, group, affected));
        var publish = template.publish() && !before.publish();
        var change = new Occurrences.Change(template, days, moved, rescheduled, publish);
        queue.cancelLost(group, ids(affected.stream().filter(any -> any.putOffBy(change.schedule(any), now))), actor);
        occurrences.change(group, affected, change);
        plan.freesSeatsOf(before.plan())
                .ifPresent(cause -> queue.admit(
                        group, ids(affected.stream().filter(any -> any.seats().waiting() > 0)), cause));
        var concerned = ids(affected.stream().filter(any -> !any.staysOver(change.schedule(any), now)));
        if (moved) {
            notifications.sendToParticipants(group, concerned, "activity.moved", actor);
        }
        if (plan.hidesWhat(before.plan())) {
            notifications.sendToStrangers(group, concerned, "activity.members-only");
        }
    }

    private void remove(List<Activity> gone) {
        notifications.sendToParticipants(group, occurrences.remove(group, gone), "activity.cancelled", actor);
    }

    private void make(UUID series, Template template, LocalDate horizon, Predicate<Schedule> wanted) {
        occurrences.make(
                group,
                template.dates().stream()
                        .filter(day -> !day.isAfter(horizon))
                        .map(day -> new Slot(series, day, template.on(day)))
                        .filter(slot -> wanted.test(slot.schedule()))
                        .toList());
    }

    private List<Activity> coming(List<Activity> made) {
        return made.stream().filter(isComing()).toList();
    }

    /** Neither begun nor cancelled. */
    private Predicate<Activity> isUpcoming() {
        return activity -> activity.startsAt().isAfter(now) && activity.state() != ActivityState.CANCELLED;
    }

    /** Upcoming and not overridden. */
    private Predicate<Activity> isComing() {
        return isUpcoming().and(activity -> !activity.occurrence().orElseThrow().overridden());
    }

    private static Predicate<Activity> isSince(LocalDate day) {
        return activity -> !activity.occurrence().orElseThrow().on().isBefore(day);
    }

    private static int days(Template before, Template after) {
        return (int) ChronoUnit.DAYS.between(before.first(), after.first());
    }

    private static List<UUID> ids(Stream<Activity> activities) {
        return activities.map(Activity::id).toList();
    }

    /** The activity belongs to no series, or its day is no longer in it. */
    static Problem noOccurrence() {
        return Problem.of(ProblemType.INVALID_PARAMETER, "scope=following requires an occurrence of a series.");
    }
}
