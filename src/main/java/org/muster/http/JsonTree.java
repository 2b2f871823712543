package org.muster.http;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;

/**
 * Builds JSON values from a parser. What no valid document has is not built: the content of deep nesting is skipped, and a number
 * that is too long is replaced. So the field that has it is invalid, not the syntax.
 */
public final class JsonTree {
    /** More fields than any valid object has. */
    private static final int MAX_FIELDS = 100;
    /** No valid number has more digits, before or after the point. */
    private static final int MAX_DIGITS = 100;
    /** Outside all ranges. */
    private static final JsonValue TOO_LONG = JSON.createValue(Long.MAX_VALUE);

    private JsonTree() {}

    /**
     * The value that begins at the parser's current event; content deeper than this number of levels is skipped.
     *
     * @throws RuntimeException of any kind if the syntax is wrong, or an object has a name twice or too many
     */
    public static JsonValue value(JsonParser parser, int levels) {
        switch (parser.currentEvent()) {
            case START_OBJECT -> {
                if (levels == 0) {
                    skip(parser);
                    return JsonValue.EMPTY_JSON_OBJECT;
                }
                return object(parser, levels);
            }
            case START_ARRAY -> {
                if (levels == 0) {
                    skip(parser);
                    return JsonValue.EMPTY_JSON_ARRAY;
                }
                return array(parser, levels);
            }
            case VALUE_NUMBER -> {
                return isShort(parser.getString()) ? parser.getValue() : TOO_LONG;
            }
            default -> {
                return parser.getValue();
            }
        }
    }

    /** The parser's own methods never end if the text ends first (Parsson 1.1.9), and do not limit the nesting. */
    private static void skip(JsonParser parser) {
        var depth = 1;
        while (depth > 0) {
            switch (parser.next()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                default -> {}
            }
        }
    }

    private static JsonObject object(JsonParser parser, int levels) {
        var object = JSON.createObjectBuilder();
        var names = new HashSet<String>();
        while (parser.next() == Event.KEY_NAME) {
            var name = name(parser, names);
            parser.next();
            object.add(name, value(parser, levels - 1));
        }
        return object.build();
    }

    private static JsonValue array(JsonParser parser, int levels) {
        var array = JSON.createArrayBuilder();
        while (parser.next() != Event.END_ARRAY) {
            array.add(value(parser, levels - 1));
        }
        return array.build();
    }

    /**
     * The name at the parser's current event.
     *
     * @param names the names that the object had so far
     * @throws JsonException if it is one of them, or there are too many
     */
    public static String name(JsonParser parser, Set<String> names) {
        var name = parser.getString();
        if (!names.add(name) || names.size() > MAX_FIELDS) {
            throw new JsonException("a name twice, or too many");
        }
        return name;
    }

    /** The length is checked first: the time to parse a number grows with its square. */
    private static boolean isShort(String number) {
        if (number.length() > MAX_DIGITS) {
            return false;
        }
        try {
            return Math.abs((long) new BigDecimal(number).scale()) <= MAX_DIGITS;
        } catch (NumberFormatException hugeExponent) {
            return false;
        }
    }
}
