package org.muster.activities;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesProvider;

/**
 * When an activity takes place: a wall clock, a zone and a duration. Instants are derived from them here and nowhere
 * else. A time that the clocks skip moves forward by as much as they do; of one that they show twice it is the first.
 */
public record Schedule(LocalDateTime startsLocal, ZoneId zone, Duration duration) {

    /** When it starts. */
    public Instant startsAt() {
        return start().toInstant();
    }

    /** Whether the clocks skip the wall-clock time, so that it starts later than they would say. */
    public boolean adjusted() {
        return !start().toLocalDateTime().equals(startsLocal);
    }

    /** The version of the tz database that instants are derived with, such as 2026a. */
    public static String tzdbVersion() {
        return ZoneRulesProvider.getVersions("UTC").lastKey();
    }

    private ZonedDateTime start() {
        return startsLocal.atZone(zone);
    }
}
