package org.muster.notices;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.TemporalAdjusters;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.http.Zone;
import org.muster.notices.Reminders.Done;

/** Notes reminders and digests when they are due. Used by one thread. */
final class ClockNotices {
    private static final int PAGE_SIZE = 200;
    private static final LocalTime DIGEST_TIME = LocalTime.of(8, 0);
    /** A digest that could not be given by then is not given: the week has begun. */
    private static final Duration DIGEST_PATIENCE = Duration.ofHours(24);

    private final Reminders reminders;
    private Set<Done> done = new HashSet<>();

    ClockNotices(Reminders reminders) {
        this.reminders = reminders;
    }

    /** Notes everything that is due. */
    void note(Instant now) {
        var seen = new HashSet<Done>();
        var page = reminders.upcoming(now.plus(Reminder.EARLIEST), Activities.Key.FIRST_KEY, PAGE_SIZE);
        while (!page.isEmpty()) {
            page.forEach(activity -> remind(activity, now, seen));
            page = reminders.upcoming(
                    now.plus(Reminder.EARLIEST), Activities.Key.of(page.get(page.size() - 1)), PAGE_SIZE);
        }
        done = seen;
        reminders.zones().forEach(zone -> digestDay(zone, now).ifPresent(monday -> reminders.digest(zone, monday)));
    }

    private void remind(Activity activity, Instant now, Set<Done> seen) {
        for (var reminder : Reminder.GIVEN) {
            var due = reminder.at(activity.plan().schedule());
            if (!due.isAfter(now)) {
                var key = new Done(activity.id(), activity.startsAt(), reminder);
                if (!done.contains(key)) {
                    reminders.remind(activity, reminder, due);
                }
                seen.add(key);
            }
        }
    }

    /** The Monday whose digest is due in a time zone; empty if none is. */
    static Optional<LocalDate> digestDay(Zone zone, Instant now) {
        var today = now.atZone(zone.rules()).toLocalDate();
        var monday = today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        var due = monday.atTime(DIGEST_TIME).atZone(zone.rules()).toInstant();
        return Optional.of(monday).filter(any -> !now.isBefore(due) && now.isBefore(due.plus(DIGEST_PATIENCE)));
    }
}
