package org.muster.activities;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesProvider;
import org.muster.http.Zone;

/**
 * When an activity takes place: a local time, a time zone and a duration. Only this class computes instants from
 * them. A local time in a gap moves forward by the length of the gap; of one in an overlap the earlier instant is
 * taken.
 */
public record Schedule(LocalDateTime startsLocal, Zone zone, Duration duration) {

    /** The instant of the start. */
    public Instant startsAt() {
        return start().toInstant();
    }

    /** Whether the local time falls into a gap, so that the start is later than it says. */
    public boolean adjusted() {
        return !start().toLocalDateTime().equals(startsLocal);
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
