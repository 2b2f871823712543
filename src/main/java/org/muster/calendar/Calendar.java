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
 * An iCalendar file (RFC 5545). All times are in UTC, so that readers need no rules of time zones; all-day events have dates.
 *
 * @param name the name that clients show; absent if it is not for subscriptions
 * @param entries in the order of the file
 */
record Calendar(Optional<String> name, List<CalendarEvent> entries) {
    static final String MEDIA_TYPE = "text/calendar;charset=utf-8";

    /** Must be increased when the same events are written in another way, so that clients fetch them again. */
    private static final int FORMAT = 1;

    private static final String AN_HOUR = "PT1H";
    private static final DateTimeFormatter DATE = DateTimeFormatter.BASIC_ISO_DATE;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * Returns 200 with the calendar, or 304 without making it if the client has it.
     *
     * @param ids the suffix of the events' UIDs
     * @param content identifies the content: letters, digits and hyphens
     * @param file the file's name without extension: letters, digits and hyphens
     */
    static Response response(
            HttpHeaders headers, CalendarName ids, String content, String file, Supplier<Calendar> calendar) {
        return ConditionalRequests.get(
                headers,
                FORMAT + "-" + ids.value() + "-" + content,
                () -> Response.ok(calendar.get().octets(ids.value()))
                        .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + file + ".ics\""));
    }

    /** @param ids the suffix of the events' UIDs */
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
        var schedule = plan.schedule();
        var changedAt = time(activity.updatedAt());
        lines.raw("BEGIN", "VEVENT")
                .text("UID", activity.id() + "@" + ids)
                .raw("DTSTAMP", changedAt)
                .raw("CREATED", time(activity.createdAt()))
                .raw("LAST-MODIFIED", changedAt)
                .raw("SEQUENCE", String.valueOf(activity.sequence()));
        if (schedule.allDay()) {
            lines.raw("DTSTART;VALUE=DATE", DATE.format(schedule.startsOn()))
                    .raw("DTEND;VALUE=DATE", DATE.format(schedule.endsOn().plusDays(1)));
        } else {
            lines.raw("DTSTART", time(activity.startsAt())).raw("DTEND", time(schedule.endsAt(activity.startsAt())));
        }
        lines.raw("STATUS", entry.status()).text("SUMMARY", entry.summary());
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
