package org.muster.calendar;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.activities.WebAddress;
import org.muster.http.ConditionalRequests;
import org.muster.http.RequestResources;
import org.muster.http.TemporaryBuffer;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.proxies.ClientAddress;

/**
 * An iCalendar file (RFC 5545). All times are in UTC, so that readers need no rules of time zones; all-day events have dates.
 *
 * @param name the name that clients show; absent if it is not for subscriptions
 * @param entries in the order of the file
 */
record Calendar(Optional<String> name, Entries entries) {
    static final String MEDIA_TYPE = "text/calendar;charset=utf-8";

    static final String PRODUCT = "-//Muster//Muster//EN";

    /** The number of entries that are read at a time. */
    static final int PAGE_SIZE = 100;

    private static final int MAX_ENTRIES = 5_000;
    /** In a larger file descriptions are shortened. */
    private static final int MAX_BYTES_OF_DESCRIPTIONS = 4 << 20;

    private static final int SHORT_DESCRIPTION = 200;
    private static final int MAX_DESCRIPTION = 10_000;

    /** Must be increased when the same events are written in another way, so that clients fetch them again. */
    private static final int FORMAT = 2;

    private static final String AN_HOUR = "PT1H";
    private static final DateTimeFormatter DATE = DateTimeFormatter.BASIC_ISO_DATE;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** The entries of a calendar, in pages. */
    @FunctionalInterface
    interface Entries {
        /**
         * The next {@value #PAGE_SIZE} entries; fewer if they are the last.
         *
         * @param description the most characters of a description
         */
        List<CalendarEvent> after(Activities.Key last, int description);
    }

    /**
     * Returns 200 with the calendar, or 304 without making it if the client has it.
     *
     * @param content identifies the content: letters, digits and hyphens
     * @param file the file's name without extension: letters, digits and hyphens
     */
    static Response response(Recipient recipient, String content, String file, Supplier<Calendar> calendar) {
        return ConditionalRequests.get(
                recipient.headers(),
                FORMAT + "-" + recipient.ids() + "-" + content,
                () -> Response.ok(entity(recipient, calendar.get()))
                        .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + file + ".ics\""));
    }

    /**
     * Whom a calendar is for.
     *
     * @param ids the suffix of the events' UIDs
     */
    record Recipient(HttpServletRequest request, HttpHeaders headers, String ids, ConcurrencyLimits limits) {}

    /** A large calendar is sent from a temporary file: a few at once, because each takes a thread while its client reads. */
    private static Object entity(Recipient recipient, Calendar calendar) {
        try {
            var buffer = RequestResources.closeAtEnd(recipient.request, new TemporaryBuffer());
            calendar.writeTo(buffer, recipient);
            if (!large(buffer)) {
                return buffer.content().readAllBytes();
            }
            StreamingOutput file = output -> buffer.content().transferTo(output);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean large(TemporaryBuffer buffer) {
        return buffer.size() > TemporaryBuffer.MEMORY_BYTES;
    }

    private static void takePlace(Recipient recipient) {
        var address = ClientAddress.of(recipient.request).network();
        RequestResources.closeAtEnd(
                recipient.request,
                recipient.limits.take(ConcurrencyLimit.CALENDARS, address, ConcurrencyLimit.ALL_CALENDARS));
    }

    private void writeTo(TemporaryBuffer buffer, Recipient recipient) throws IOException {
        var lines = new ContentLines()
                .raw("BEGIN", "VCALENDAR")
                .raw("VERSION", "2.0")
                .raw("PRODID", PRODUCT)
                .raw("CALSCALE", "GREGORIAN");
        name.ifPresent(shown -> lines.text("NAME", shown)
                .text("X-WR-CALNAME", shown)
                .raw("REFRESH-INTERVAL;VALUE=DURATION", AN_HOUR)
                .raw("X-PUBLISHED-TTL", AN_HOUR));
        var page = entries.after(Activities.Key.FIRST_KEY, MAX_DESCRIPTION);
        var large = false;
        for (var written = page.size(); !page.isEmpty(); written += page.size()) {
            for (var entry : page) {
                write(lines, entry, recipient.ids);
                lines.drainTo(buffer);
            }
            if (!large && large(buffer)) {
                large = true;
                takePlace(recipient);
            }
            page = page.size() < PAGE_SIZE || written >= MAX_ENTRIES
                    ? List.of()
                    : entries.after(
                            Activities.Key.of(page.get(PAGE_SIZE - 1).activity()),
                            buffer.size() > MAX_BYTES_OF_DESCRIPTIONS ? SHORT_DESCRIPTION : MAX_DESCRIPTION);
        }
        lines.raw("END", "VCALENDAR").drainTo(buffer);
    }

    private static void write(ContentLines lines, CalendarEvent entry, String ids) {
        lines.raw("BEGIN", "VEVENT")
                .text("UID", entry.activity().id() + "@" + ids)
                .raw("DTSTAMP", time(entry.activity().updatedAt()))
                .raw("SEQUENCE", String.valueOf(entry.activity().sequence()));
        describe(lines, entry);
        lines.raw("END", "VEVENT");
    }

    /** Writes an event without what differs between a file and a message. */
    static void describe(ContentLines lines, CalendarEvent entry) {
        var activity = entry.activity();
        var plan = activity.plan();
        lines.raw("CREATED", time(activity.createdAt())).raw("LAST-MODIFIED", time(activity.updatedAt()));
        time(lines, activity);
        lines.raw("STATUS", entry.status()).text("SUMMARY", entry.summary());
        if (!plan.description().isEmpty()) {
            lines.text("DESCRIPTION", plan.description());
        }
        if (!plan.place().isEmpty()) {
            lines.text("LOCATION", plan.place());
        }
        if (!plan.onlineUrl().isEmpty()) {
            lines.raw("URL", WebAddress.uri(plan.onlineUrl()));
        }
    }

    /** Writes when an event takes place. */
    static void time(ContentLines lines, Activity activity) {
        var schedule = activity.plan().schedule();
        if (schedule.allDay()) {
            lines.raw("DTSTART;VALUE=DATE", DATE.format(schedule.startsOn()))
                    .raw("DTEND;VALUE=DATE", DATE.format(schedule.endsOn().plusDays(1)));
        } else {
            lines.raw("DTSTART", time(activity.startsAt())).raw("DTEND", time(schedule.endsAt(activity.startsAt())));
        }
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }
}
