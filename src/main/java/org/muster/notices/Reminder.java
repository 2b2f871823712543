package org.muster.notices;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import org.muster.activities.Schedule;

/** When a person is reminded of an activity, by the clocks of the activity's time zone. */
enum Reminder {
    NONE,
    /** The evening before. */
    EVENING,
    /** The morning of the day; the evening before, if the activity begins early. */
    MORNING;

    private static final LocalTime IN_THE_EVENING = LocalTime.of(18, 0);
    private static final LocalTime IN_THE_MORNING = LocalTime.of(8, 0);
    private static final LocalTime EARLY = LocalTime.of(9, 0);

    /** Longer before its start no activity has a reminder. */
    static final Duration EARLIEST = Duration.ofHours(36);

    /** Those that are given. */
    static final List<Reminder> GIVEN = List.of(EVENING, MORNING);

    /** When it is given. A local time that the clocks skip is moved forward, as the schedule's. */
    Instant at(Schedule schedule) {
        var day = schedule.startsOn();
        var early = !schedule.allDay() && schedule.startsLocal().toLocalTime().isBefore(EARLY);
        var local = this == MORNING && !early
                ? day.atTime(IN_THE_MORNING)
                : day.minusDays(1).atTime(IN_THE_EVENING);
        return local.atZone(schedule.zone().rules()).toInstant();
    }
}
