package org.muster.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Parses query parameters; null means absent. All methods throw {@link Problem} 400 if the value is invalid. */
public final class QueryParameters {
    private QueryParameters() {}

    /** An enum constant, by its lower-case name. */
    public static <E extends Enum<E>> Optional<E> choice(String name, String value, Class<E> type) {
        return Optional.ofNullable(value)
                .map(text -> EnumNames.find(type, text)
                        .orElseThrow(() -> invalid(name, "one of [" + EnumNames.list(type) + "]")));
    }

    /** An instant. */
    public static Optional<Instant> instant(String name, String value) {
        return Optional.ofNullable(value).map(text -> {
            try {
                return Times.instant(text);
            } catch (DateTimeException unparseable) {
                throw invalid(name, Times.INSTANT + " (a + in a query is written %2B)");
            }
        });
    }

    /** Text of at most this number of code points. */
    public static Optional<String> text(String name, String value, int most) {
        return Optional.ofNullable(value).map(text -> {
            if (text.codePointCount(0, text.length()) > most || text.indexOf('\0') >= 0) {
                throw invalid(name, "text of at most " + most + " characters");
            }
            return text;
        });
    }

    /** A line of text, stripped, of at most this number of code points; empty if absent. */
    public static String line(String name, String value, int most) {
        var line = value == null ? "" : value.strip();
        TextRules.refusal(line, 0, most, false).ifPresent(why -> {
            throw Problem.of(ProblemType.INVALID_PARAMETER, "The query parameter '" + name + "' " + why + ".");
        });
        return line;
    }

    /** A boolean; false if absent. */
    public static boolean flag(String name, String value) {
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw invalid(name, "true or false");
    }

    private static Problem invalid(String name, String expected) {
        return Problem.of(
                ProblemType.INVALID_PARAMETER, "The query parameter '" + name + "' must be " + expected + ".");
    }
}
