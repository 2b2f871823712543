package org.muster.calendar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The content lines of RFC 5545: in UTF-8, terminated by CRLF, folded at 75 octets but never within a character. Line
 * breaks in values are escaped or removed.
 */
final class ContentLines {
    private static final int MAX_OCTETS = 75;
    private static final byte[] END = {'\r', '\n'};
    private static final byte[] FOLD = {'\r', '\n', ' '};

    private static final Pattern SPECIAL = Pattern.compile("[\\\\;,]");
    /** All line breaks of Unicode: some readers treat each of them as the end of the line. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    /** Adds a property of type TEXT. */
    ContentLines text(String property, String value) {
        var escaped = SPECIAL.matcher(value).replaceAll("\\\\$0");
        return raw(property, LINE_BREAK.matcher(escaped).replaceAll("\\\\n"));
    }

    /** Adds a property of another type. The value is written as it is, without control characters. */
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

    /** Writes what has been added since the last time. */
    void drainTo(OutputStream output) throws IOException {
        octets.writeTo(output);
        octets.reset();
    }

    /** In UTF-8, all octets of a character but the first begin with the bits 10. */
    private static boolean continuesCharacter(byte octet) {
        return (octet & 0b1100_0000) == 0b1000_0000;
    }
}
