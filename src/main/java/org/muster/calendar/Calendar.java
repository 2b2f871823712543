package org.muster.calendar;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.muster.http.ConditionalRequests;

/**
 * Entries in the format of RFC 5545, each with its time in UTC, so that no reader needs to know a zone's rules.
 *
 * @param name what a program shows it as; absent if it is not one to subscribe to
 * @param entries in the order in which they are written
 */
record Calendar(Optional<String> name, List<CalendarEvent> entries) {
    static final String MEDIA_TYPE = "text/calendar;charset=utf-8";

    /** Grows when the same entries are written in another way: those who have them must fetch them again. */
    private static final int FORMAT = 1;

    private static final String AN_HOUR = "PT1H";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * 200 with the calendar, or 304 if the caller has it; then it is not made.
     *
     * @param ids what the ids of its entries end with
     * @param content stands for all that is in it: letters, digits and hyphens
     * @param file what to save it as, without extension: letters, digits and hyphens
     */
    static Response response(
            HttpHeaders headers, CalendarName ids, String content, String file, Supplier<Calendar> calendar) {
        return ConditionalRequests.get(
                headers,
                FORMAT + "-" + ids.value() + "-" + content,
                () -> Response.ok(calendar.get().octets(ids.value()))
                        .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + file + ".ics\""));
    }

    /** @param ids what the ids of its entries end with */
    byte[] octets(String ids) {
        var lines = new ContentLines()
                .raw("BEGIN", "VCALENDAR")
                .raw("VERSION", "2.0")
                .raw("PRODID", "-//Muster//Muster//EN")
                .raw("CALSCALE", "GREGORIAN");
        name.ifPresent(shown -> lines.text("NAME", shown)
                .text("X-WR-CALNAME", shown)
                .raw("REFRESH-INTERVAL;VALUE=DURATION", AN_HOUR)
                .raw("X-PUBLISHED-TTL", AN_HOUR));
        entries.forEach(entry -> write(lines, entry, ids));
        return lines.raw("END", "VCALENDAR").octets();
    }

    private static void write(ContentLines lines, CalendarEvent entry, String ids) {
        var activity = entry.activity();
        var plan = activity.plan();
        var changedAt = time(activity.updatedAt());
        lines.raw("BEGIN", "VEVENT")
                .text("UID", activity.id() + "@" + ids)
                .raw("DTSTAMP", changedAt)
                .raw("CREATED", time(activity.createdAt()))
                .raw("LAST-MODIFIED", changedAt)
                .raw("SEQUENCE", String.valueOf(activity.sequence()))
                .raw("DTSTART", time(activity.startsAt()))
                .raw("DTEND", time(activity.startsAt().plus(plan.schedule().duration())))
                .raw("STATUS", entry.status())
                .text("SUMMARY", entry.summary());
        if (!plan.description().isEmpty()) {
            lines.text("DESCRIPTION", plan.description());
        }
        if (!plan.place().isEmpty()) {
            lines.text("LOCATION", plan.place());
        }
        if (!plan.onlineUrl().isEmpty()) {
            lines.raw("URL", URI.create(plan.onlineUrl()).toASCIIString());
        }
        lines.raw("END", "VEVENT");
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }
}
