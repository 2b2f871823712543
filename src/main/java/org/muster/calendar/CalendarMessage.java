package org.muster.calendar;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activity;

/**
 * Messages about an event to one attendee, as mail carries them (iTIP, RFC 5546). The UID is that of the feeds.
 *
 * @param ids the suffix of UIDs
 * @param organizer the address that the mail is from
 */
public record CalendarMessage(String ids, String organizer) {
    private static final String ORGANIZER_NAME = "Muster";

    /** Whom a message is for. */
    public record Attendee(String name, String address) {}

    /**
     * Puts an event into the attendee's calendar, or changes it there.
     *
     * @param sequence higher than that of all messages before
     */
    public String request(Activity activity, int sequence, Attendee attendee) {
        var lines = begin("REQUEST", activity.id(), sequence);
        Calendar.describe(lines, new CalendarEvent(activity, false));
        return end(lines, attendee);
    }

    /**
     * Removes an event from the attendee's calendar.
     *
     * @param activity empty if it has been deleted
     * @param title the event's name
     * @param sequence as in {@link #request}
     */
    public String cancel(UUID id, Optional<Activity> activity, String title, int sequence, Attendee attendee) {
        var lines = begin("CANCEL", id, sequence).raw("STATUS", "CANCELLED").text("SUMMARY", title);
        activity.ifPresent(known -> Calendar.time(lines, known));
        return end(lines, attendee);
    }

    private ContentLines begin(String method, UUID id, int sequence) {
        return new ContentLines()
                .raw("BEGIN", "VCALENDAR")
                .raw("VERSION", "2.0")
                .raw("PRODID", Calendar.PRODUCT)
                .raw("CALSCALE", "GREGORIAN")
                .raw("METHOD", method)
                .raw("BEGIN", "VEVENT")
                .text("UID", id + "@" + ids)
                .raw("DTSTAMP", Calendar.time(Instant.now()))
                .raw("SEQUENCE", String.valueOf(sequence));
    }

    private String end(ContentLines lines, Attendee attendee) {
        lines.raw("ORGANIZER;CN=\"" + ORGANIZER_NAME + "\"", "mailto:" + organizer)
                .raw(
                        "ATTENDEE;CN=\"" + quotable(attendee.name)
                                + "\";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE",
                        "mailto:" + attendee.address)
                .raw("TRANSP", "OPAQUE")
                .raw("END", "VEVENT")
                .raw("END", "VCALENDAR");
        return new String(lines.octets(), UTF_8);
    }

    /** What may stand in a parameter in quotes. */
    private static String quotable(String name) {
        return name.replaceAll("[\"\\p{Cntrl}]", "'");
    }
}
