package org.muster.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A file of variables, read as the POSIX shell and systemd's {@code EnvironmentFile} read it. Nothing is expanded: {@code $} is a
 * character like any other.
 */
final class EnvironmentFile {
    private static final Pattern NAME = Pattern.compile("(?:export[ \\t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \\t]*");
    private static final String LINE =
            "NAME=value, with a name of letters, digits and _ that does not begin with a digit";
    /** The characters that a backslash escapes between double quotes. */
    private static final String ESCAPED = "\"\\$`";

    private final Path file;
    private final String text;
    private int position;

    private EnvironmentFile(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * Reads the variables of this file. If one is set twice, the last value applies.
     *
     * @throws InvalidSettingsException if the file cannot be read, or a line is malformed; the message names the line and does not
     *     quote it
     */
    static Map<String, String> read(Path file) {
        var absolute = file.toAbsolutePath();
        try {
            return new EnvironmentFile(absolute, decoded(absolute, Files.readAllBytes(absolute))).variables();
        } catch (IOException failure) {
            throw new InvalidSettingsException(absolute + " cannot be read ("
                    + failure.getClass().getSimpleName() + "): make it readable for the user that Muster runs as");
        }
    }

    private static String decoded(Path file, byte[] bytes) {
        var characters = CharBuffer.allocate(bytes.length);
        var input = ByteBuffer.wrap(bytes);
        var malformed = StandardCharsets.UTF_8
                .newDecoder()
                .decode(input, characters, true)
                .isError();
        var text = characters.flip().toString();
        if (malformed) {
            throw malformed(file, text, "text in UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            throw malformed(file, text.substring(0, text.indexOf('\0')), "text without the character NUL");
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private Map<String, String> variables() {
        var variables = new HashMap<String, String>();
        while (position < text.length()) {
            if (blank() || lineEnds()) {
                position++;
            } else if (text.charAt(position) == '#') {
                skipLine();
            } else {
                variables.put(name(), value());
            }
        }
        return variables;
    }

    private String name() {
        var start = position;
        while (!lineEnds() && text.charAt(position) != '=') {
            position++;
        }
        var name = NAME.matcher(text.substring(start, position));
        if (lineEnds() || !name.matches()) {
            throw malformed(start, LINE);
        }
        position++;
        return name.group(1);
    }

    private String value() {
        var value = new StringBuilder();
        var begun = false;
        while (!lineEnds()) {
            var blanks = position;
            while (blank()) {
                position++;
            }
            if (lineEnds()) {
                break;
            }
            if (position > blanks && text.charAt(position) == '#') {
                skipLine();
                break;
            }
            if (begun) {
                value.append(text, blanks, position);
            }
            begun = true;
            part(value);
        }
        return value.toString();
    }

    /** Reads a quoted part, an escaped character, or one character. */
    private void part(StringBuilder value) {
        var start = position;
        var first = text.charAt(position++);
        if (first == '\'') {
            position = text.indexOf('\'', start + 1) + 1;
            if (position == 0) {
                throw malformed(start, "a ' that closes the quote which this line opens");
            }
            value.append(text, start + 1, position - 1);
        } else if (first == '"') {
            quoted(value, start);
        } else if (first == '\\') {
            escaped(value, start);
        } else {
            value.append(first);
        }
    }

    private void quoted(StringBuilder value, int start) {
        while (position < text.length()) {
            var next = text.charAt(position++);
            if (next == '"') {
                return;
            }
            if (next != '\\' || position == text.length()) {
                value.append(next);
            } else if (lineEnds() || ESCAPED.indexOf(text.charAt(position)) >= 0) {
                escaped(value, position - 1);
            } else {
                value.append(next).append(text.charAt(position++));
            }
        }
        throw malformed(start, "a \" that closes the quote which this line opens");
    }

    /** Reads the character after a backslash. The end of a line is dropped: the value continues in the next line. */
    private void escaped(StringBuilder value, int start) {
        if (position == text.length()) {
            throw malformed(start, "a character after the \\ at the end");
        }
        if (!lineEnds()) {
            value.append(text.charAt(position));
        } else if (text.startsWith("\r\n", position)) {
            position++;
        }
        position++;
    }

    private void skipLine() {
        while (!lineEnds()) {
            position++;
        }
    }

    private boolean lineEnds() {
        return position == text.length() || text.charAt(position) == '\n' || text.charAt(position) == '\r';
    }

    private boolean blank() {
        return position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t');
    }

    private InvalidSettingsException malformed(int at, String expected) {
        return malformed(file, text.substring(0, at), expected);
    }

    private static InvalidSettingsException malformed(Path file, String before, String expected) {
        var line = (before + ".").lines().count();
        return new InvalidSettingsException(file + ", line " + line + " is malformed: expected " + expected);
    }
}
