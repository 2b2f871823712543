package org.muster.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The format of times: RFC 3339, always with seconds. */
public final class Times {
    /** The precision of times, which is that of PostgreSQL. What is finer is cut off: PostgreSQL would round it, maybe to the next day. */
    static final ChronoUnit PRECISION = ChronoUnit.MICROS;

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
        var instant = OffsetDateTime.parse(text).toInstant().truncatedTo(PRECISION);
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
        var time = instant.atZone(zone);
        return local(time.toLocalDateTime()) + time.getOffset().getId();
    }

    /** The local date and time, without offset. */
    public static String local(LocalDateTime time) {
        // As DateTimeFormatter.ISO_LOCAL_DATE_TIME, which takes several times as long.
        var text = time.toString();
        if (time.getNano() > 0) {
            return withoutTrailingZeros(text);
        }
        return time.getSecond() > 0 ? text : text + ":00";
    }

    private static String withoutTrailingZeros(String fraction) {
        var end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        return fraction.substring(0, end);
    }
}
