package org.muster.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A time zone, by its IANA name. A newer server may have stored one that this JVM's tz database does not have: it keeps its name, and
 * an offset takes the place of its rules.
 *
 * @param rules what instants and local times are computed with
 */
public record Zone(String id, ZoneId rules) {
    public static final Zone UTC = of("UTC");

    /** @throws DateTimeException if this JVM does not know it */
    public static Zone of(String id) {
        return new Zone(id, ZoneId.of(id));
    }

    /** The region of this name; empty if this JVM does not know it. */
    public static Optional<Zone> find(String id) {
        return ZoneId.getAvailableZoneIds().contains(id) ? Optional.of(of(id)) : Optional.empty();
    }

    /** A zone that was stored, with this offset if this JVM does not know it. */
    public static Zone stored(String id, ZoneOffset otherwise) {
        try {
            return of(id);
        } catch (DateTimeException unknown) {
            return new Zone(id, otherwise);
        }
    }

    /** A known zone whose clocks have this offset, now and as far as is known; empty if there is none. */
    static Optional<Zone> at(ZoneOffset offset) {
        var seconds = offset.getTotalSeconds();
        if (seconds == 0) {
            return Optional.of(UTC);
        }
        var hours = seconds / 3600;
        // The sign of these names is that of POSIX: west is positive.
        var fixed = "Etc/GMT" + (seconds < 0 ? "+" : "-") + Math.abs(hours);
        var now = Instant.now();
        return ZoneId.getAvailableZoneIds().stream()
                .filter(id -> seconds % 3600 == 0 ? id.equals(fixed) : id.contains("/"))
                .sorted()
                .filter(id -> {
                    var rules = ZoneId.of(id).getRules();
                    return rules.getOffset(now).equals(offset) && rules.nextTransition(now) == null;
                })
                .findFirst()
                .map(Zone::of);
    }

    /** Whether this JVM knows its rules. */
    public boolean known() {
        return rules.getId().equals(id);
    }

    @Override
    public String toString() {
        return id;
    }
}
