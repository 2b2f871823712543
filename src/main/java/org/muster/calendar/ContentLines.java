package org.muster.calendar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The lines of a calendar as RFC 5545 wants them: in UTF-8, ended by CRLF, and folded so that none has more than 75
 * octets, nor half a character. No value can end its line.
 */
final class ContentLines {
    private static final int MAX_OCTETS = 75;
    private static final byte[] END = {'\r', '\n'};
    private static final byte[] FOLD = {'\r', '\n', ' '};

    private static final Pattern SPECIAL = Pattern.compile("[\\\\;,]");
    /** Of Unicode, for there are readers who take every one of them for the end of the line. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    /** A property whose value is text. */
    ContentLines text(String property, String value) {
        var escaped = SPECIAL.matcher(value).replaceAll("\\\\$0");
        return raw(property, LINE_BREAK.matcher(escaped).replaceAll("\\\\n"));
    }

    /** A property whose value is of another type and written as it is, without control characters. */
    ContentLines raw(String property, String value) {
        var line = (property + ":" + CONTROL.matcher(value).replaceAll("")).getBytes(StandardCharsets.UTF_8);
        var from = 0;
        var room = MAX_OCTETS;
        while (line.length - from > room) {
            var to = from + room;
            while (continuesCharacter(line[to])) {
                to--;
            }
            octets.write(line, from, to - from);
            octets.writeBytes(FOLD);
            from = to;
            room = MAX_OCTETS - 1;
        }
        octets.write(line, from, line.length - from);
        octets.writeBytes(END);
        return this;
    }

    byte[] octets() {
        return octets.toByteArray();
    }

    /** In UTF-8 all octets of a character but its first begin with the bits 10. */
    private static boolean continuesCharacter(byte octet) {
        return (octet & 0b1100_0000) == 0b1000_0000;
    }
}
