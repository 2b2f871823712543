package org.muster.activities;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesProvider;
import org.muster.http.Zone;

/**
 * When an activity takes place: a local time, a time zone and a duration. Only this class computes instants from
 * them. A local time in a gap moves forward by the length of the gap; of one in an overlap the earlier instant is
 * taken.
 *
 * @param startsLocal of an all-day activity, the beginning of its first day
 * @param duration of an all-day activity, its days, each of 24 hours, whatever the clocks do
 * @param allDay whether it takes whole days, and so has no time of the day
 */
public record Schedule(LocalDateTime startsLocal, Zone zone, Duration duration, boolean allDay) {

    /** At a time of the day. */
    public Schedule(LocalDateTime startsLocal, Zone zone, Duration duration) {
        this(startsLocal, zone, duration, false);
    }

    /** The same at another time. */
    Schedule startingAt(LocalDateTime other) {
        return new Schedule(other, zone, duration, allDay);
    }

    /** The instant of the start. */
    public Instant startsAt() {
        return start().toInstant();
    }

    /**
     * The instant of the end: of an all-day activity, when its last day ends.
     *
     * @param startsAt the instant of the start
     */
    public Instant endsAt(Instant startsAt) {
        return allDay ? startsLocal.plus(duration).atZone(zone.rules()).toInstant() : startsAt.plus(duration);
    }

    /** The first day. */
    public LocalDate startsOn() {
        return startsLocal.toLocalDate();
    }

    /** The last day of an all-day activity. */
    public LocalDate endsOn() {
        return startsOn().plusDays(duration.toDays() - 1);
    }

    /** Whether its last day is later than input can say. */
    boolean endsTooLate() {
        return allDay && endsOn().getYear() > RecurrenceRule.LAST_YEAR;
    }

    /** Whether the local time falls into a gap, so that the start is later than it says. */
    public boolean adjusted() {
        return adjusted(startsAt());
    }

    /** Whether an activity that starts then starts later than its local time says; of an all-day activity, on another day. */
    boolean adjusted(Instant startsAt) {
        var start = startsAt.atZone(zone.rules()).toLocalDateTime();
        return allDay ? !start.toLocalDate().equals(startsOn()) : !start.equals(startsLocal);
    }

    /** Whether the other starts at the same time on the same clock. */
    boolean startsAs(Schedule other) {
        return startsLocal.equals(other.startsLocal) && zone.equals(other.zone);
    }

    /** The version of the tz database that this JVM computes instants with, such as 2026a. */
    public static String tzdbVersion() {
        return ZoneRulesProvider.getVersions("UTC").lastKey();
    }

    private ZonedDateTime start() {
        return startsLocal.atZone(zone.rules());
    }
}
