package org.muster.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The format of times: RFC 3339, always with seconds. */
public final class Times {
    /** What {@link #instant} accepts, for error messages. */
    public static final String INSTANT =
            "a date and time with offset such as 2026-07-01T18:30:00-04:00, from 2000 to 2100";

    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2101-01-01T00:00:00Z");

    private Times() {}

    /**
     * Reads an instant.
     *
     * @throws DateTimeException if it is not {@link #INSTANT}
     */
    public static Instant instant(String text) {
        var instant = OffsetDateTime.parse(text).toInstant();
        if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
            throw new DateTimeException("not in this age");
        }
        return instant;
    }

    /** The instant in UTC. */
    public static String utc(Instant instant) {
        return at(instant, ZoneOffset.UTC);
    }

    /** The instant with the offset that it has in this zone. */
    public static String at(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
    }

    /** The local date and time, without offset. */
    public static String local(LocalDateTime time) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    }
}
