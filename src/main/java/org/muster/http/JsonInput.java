package org.muster.http;

import static org.muster.json.Provider.JSON;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;

/**
 * A JSON object, validated field by field. An invalid field adds an error and reads as a placeholder value; {@link
 * #done} throws all errors. {@code null} counts as absent.
 */
public final class JsonInput {
    /** The media type of a patch: RFC 7396. */
    public static final String MERGE_PATCH = "application/merge-patch+json";

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /** What a name in the tz database looks like. */
    private static final Pattern REGION = Pattern.compile("[A-Z][A-Za-z_]*(/[A-Z][A-Za-z0-9_+-]*){1,2}");

    /** Half of the range of int. */
    private static final int MAX_COUNT = 1_000_000_000;

    private final JsonObject object;
    private final JsonObject given;
    private final String path;
    private final List<Invalid> invalid;
    private final Set<String> known = new HashSet<>();
    private final List<JsonInput> parts = new ArrayList<>();
    private boolean onlyZones = true;

    /** Of this object. */
    public JsonInput(JsonObject object) {
        this(object, object, "#", new ArrayList<>());
    }

    private JsonInput(JsonObject object, JsonObject given, String path, List<Invalid> invalid) {
        this.object = object;
        this.given = given;
        this.path = path;
        this.invalid = invalid;
    }

    /**
     * Reads an object that is part of a document. Errors are added to this list; {@link #end} ends the reading.
     *
     * @param pointer to the object, as a URI fragment
     */
    public static JsonInput part(JsonObject object, String pointer, List<Invalid> invalid) {
        return new JsonInput(object, object, pointer, invalid);
    }

    /** Applies this as a merge patch: absent fields keep their values, {@code null} removes one. */
    public JsonInput patching(JsonObject current) {
        return new JsonInput(JSON.createMergePatch(object).apply(current).asJsonObject(), object, path, invalid);
    }

    /** This without the field. */
    public JsonInput without(String field) {
        var rest = JSON.createObjectBuilder(object).remove(field).build();
        return new JsonInput(rest, rest, path, new ArrayList<>());
    }

    /** A required object. {@link #done} of this throws its errors too. */
    public JsonInput part(String field) {
        var value = value(field);
        if (value.isPresent() && value.get() instanceof JsonObject inner) {
            var wanted = given.get(field) instanceof JsonObject own ? own : JsonValue.EMPTY_JSON_OBJECT;
            var part = new JsonInput(inner, wanted, pointer(field), invalid);
            parts.add(part);
            return part;
        }
        addError(field, value.isPresent() ? "must be an object" : "is required");
        return new JsonInput(JsonValue.EMPTY_JSON_OBJECT);
    }

    /** A line of text as {@link #line} would take it, cut to the length in code points; empty if it would be refused. */
    public static Optional<String> displayable(String text, int most) {
        var stripped = text.strip();
        var length = stripped.codePointCount(0, stripped.length());
        var cut = stripped.substring(0, stripped.offsetByCodePoints(0, Math.min(most, length)))
                .strip();
        return TextRules.refusal(cut, 1, most, false).isPresent() ? Optional.empty() : Optional.of(cut);
    }

    /** Whether the field is present and not null. */
    public boolean has(String field) {
        return !object.getOrDefault(field, JsonValue.NULL).equals(JsonValue.NULL);
    }

    /** Whether the field is this boolean. */
    public boolean is(String field, boolean value) {
        return (value ? JsonValue.TRUE : JsonValue.FALSE).equals(object.get(field));
    }

    /** A required line of text, stripped, with a length in code points. */
    public String line(String field, int least, int most) {
        return text(field, least, most, false).orElseGet(() -> missing(field, ""));
    }

    /** A line of text, stripped; empty if absent. */
    public String line(String field, int most) {
        return text(field, 0, most, false).orElse("");
    }

    /** Text of several lines, stripped; empty if absent. */
    public String lines(String field, int most) {
        return text(field, 0, most, true).orElse("");
    }

    /** A required text of any characters, not stripped: a password. */
    public String verbatim(String field, int least, int most) {
        var value = string(field);
        value.flatMap(text -> TextRules.refusalOfHashed(text, least, most)).ifPresent(why -> addError(field, why));
        return value.orElseGet(() -> missing(field, ""));
    }

    /** A required whole number. */
    public int number(String field, int least, int most) {
        return optionalNumber(field, least, most).orElseGet(() -> missing(field, least));
    }

    /** A whole number; empty if absent. */
    public Optional<Integer> optionalNumber(String field, int least, int most) {
        return value(field).flatMap(value -> {
            if (value instanceof JsonNumber number) {
                var decimal = number.bigDecimalValue();
                var whole = decimal.compareTo(BigDecimal.valueOf(least)) >= 0
                        && decimal.compareTo(BigDecimal.valueOf(most)) <= 0
                        && decimal.stripTrailingZeros().scale() <= 0;
                if (whole) {
                    return Optional.of(decimal.intValue());
                }
            }
            return addError(field, "must be a whole number from " + least + " to " + most);
        });
    }

    /** A required counter that goes on counting here. */
    public int count(String field, int least) {
        return number(field, least, MAX_COUNT);
    }

    /** A required id: a UUID of version 7. */
    public UUID id(String field) {
        return optionalId(field).orElseGet(() -> missing(field, new UUID(0, 0)));
    }

    /** An id, a UUID of version 7; empty if absent. */
    public Optional<UUID> optionalId(String field) {
        return string(field)
                .flatMap(text -> ID.matcher(text).matches()
                        ? Optional.of(UUID.fromString(text))
                        : addError(field, "must be a UUID of version 7, in lower case"));
    }

    /** A boolean, with a default. */
    public boolean flag(String field, boolean byDefault) {
        return value(field)
                .flatMap(value -> switch (value.getValueType()) {
                    case TRUE -> Optional.of(true);
                    case FALSE -> Optional.of(false);
                    default -> this.<Boolean>addError(field, "must be true or false");
                })
                .orElse(byDefault);
    }

    /** An enum constant by its lower-case name, with a default. */
    public <E extends Enum<E>> E choice(String field, E byDefault) {
        return optionalChoice(field, byDefault.getDeclaringClass()).orElse(byDefault);
    }

    /** A required enum constant, by its lower-case name. */
    public <E extends Enum<E>> E choice(String field, Class<E> type) {
        return optionalChoice(field, type).orElseGet(() -> missing(field, type.getEnumConstants()[0]));
    }

    /** A required enum constant, by its name in lower or upper case. */
    public <E extends Enum<E>> E choiceInEitherCase(String field, Class<E> type) {
        var name = string(field)
                .map(text -> text.equals(text.toUpperCase(Locale.ROOT)) ? text.toLowerCase(Locale.ROOT) : text);
        return constant(field, name, type).orElseGet(() -> missing(field, type.getEnumConstants()[0]));
    }

    /** An enum constant by its lower-case name; empty if absent. */
    public <E extends Enum<E>> Optional<E> optionalChoice(String field, Class<E> type) {
        return constant(field, string(field), type);
    }

    /** A required array of at least one enum constant, by lower-case names. */
    public <E extends Enum<E>> Set<E> choices(String field, Class<E> type) {
        var chosen = EnumSet.noneOf(type);
        var refusal = "must be an array of at least one of " + EnumNames.list(type);
        var value = value(field);
        if (value.isEmpty()) {
            return missing(field, chosen);
        }
        if (!(value.get() instanceof JsonArray array) || array.isEmpty()) {
            addError(field, refusal);
            return chosen;
        }
        for (var item : array) {
            var constant =
                    item instanceof JsonString name ? EnumNames.find(type, name.getString()) : Optional.<E>empty();
            if (constant.isEmpty()) {
                addError(field, refusal);
                return chosen;
            }
            chosen.add(constant.get());
        }
        return chosen;
    }

    /** An array of at least one enum constant, by lower-case names; empty if absent. */
    public <E extends Enum<E>> Set<E> optionalChoices(String field, Class<E> type) {
        known.add(field);
        return has(field) ? choices(field, type) : EnumSet.noneOf(type);
    }

    /** A required IANA time zone that this JVM knows. */
    public Zone zone(String field) {
        return zone(field, Optional.empty());
    }

    /**
     * A required IANA time zone that this JVM knows.
     *
     * @param current that may stay, even if this JVM does not know it
     */
    public Zone zone(String field, Optional<Zone> current) {
        return string(field)
                .map(name -> current.filter(zone -> zone.id().equals(name))
                        .or(() -> knownZone(name))
                        .orElseGet(() -> unknownZone(field)))
                .orElseGet(() -> missing(field, Zone.UTC));
    }

    /** An IANA time zone, with a default. */
    public Zone zone(String field, Zone byDefault, Optional<Zone> current) {
        known.add(field);
        return has(field) ? zone(field, current) : byDefault;
    }

    /** A required IANA time zone; if this JVM does not know it, one with the offset from UTC that another field has. */
    public Zone zone(String field, String offsetField) {
        var otherwise = parsed(offsetField, ZoneOffset::of, "must be an offset from UTC such as -03:00")
                .flatMap(Zone::at);
        return string(field)
                .map(name -> knownZone(name)
                        .or(() -> otherwise.filter(any -> REGION.matcher(name).matches()))
                        .orElseGet(() -> unknownZone(field)))
                .orElseGet(() -> missing(field, Zone.UTC));
    }

    private static Optional<Zone> knownZone(String name) {
        return Optional.of(name).filter(ZoneId.getAvailableZoneIds()::contains).map(Zone::of);
    }

    /** Adds the error that the field's time zone is not known here. */
    public Zone unknownZone(String field) {
        invalid.add(new Invalid(pointer(field), "must be an IANA time zone such as America/Toronto"));
        return Zone.UTC;
    }

    /** A required local date and time, from 2000 to 2100. */
    public LocalDateTime localTime(String field) {
        return optionalLocalTime(field).orElseGet(() -> missing(field, LocalDateTime.of(2000, 1, 1, 0, 0)));
    }

    /** A local date and time, from 2000 to 2100; empty if absent. */
    public Optional<LocalDateTime> optionalLocalTime(String field) {
        return parsed(
                field,
                text -> plausible(LocalDateTime.parse(text)).truncatedTo(Times.PRECISION),
                "must be a local date and time such as 2026-07-01T18:30:00, from 2000 to 2100");
    }

    /** A date, from 2000 to 2100; empty if absent. */
    public Optional<LocalDate> date(String field) {
        return parsed(
                field,
                text -> plausible(LocalDate.parse(text).atStartOfDay()).toLocalDate(),
                "must be a date such as 2026-07-01, from 2000 to 2100");
    }

    /** A required date, from 2000 to 2100. */
    public LocalDate requiredDate(String field) {
        return date(field).orElseGet(() -> missing(field, LocalDate.of(2000, 1, 1)));
    }

    /** An instant, from 2000 to 2100; empty if absent. */
    public Optional<Instant> instant(String field) {
        return parsed(field, Times::instant, "must be " + Times.INSTANT);
    }

    /** A required instant, from 2000 to 2100. */
    public Instant requiredInstant(String field) {
        return instant(field).orElseGet(() -> missing(field, Instant.EPOCH));
    }

    /** Adds an error for this field. */
    public void reject(String field, String detail) {
        addError(field, detail);
    }

    /**
     * Ends the reading.
     *
     * @throws Problem 422 with all errors; unknown fields are errors too
     */
    public void done() {
        end();
        if (!invalid.isEmpty()) {
            throw Problem.invalid(onlyZones() ? ProblemType.UNKNOWN_ZONE : ProblemType.VALIDATION, invalid);
        }
    }

    /** Ends the reading of a part: adds errors for unknown fields. */
    public void end() {
        parts.forEach(JsonInput::end);
        given.keySet().stream()
                .filter(field -> !known.contains(field))
                .forEach(field -> addError(
                        field,
                        "is unknown or cannot be set; known fields: "
                                + String.join(", ", known.stream().sorted().toList())));
    }

    private boolean onlyZones() {
        return onlyZones && parts.stream().allMatch(JsonInput::onlyZones);
    }

    private Optional<String> text(String field, int least, int most, boolean lines) {
        return string(field).map(text -> checked(field, text.strip(), least, most, lines));
    }

    private String checked(String field, String text, int least, int most, boolean lines) {
        TextRules.refusal(text, least, most, lines).ifPresent(why -> addError(field, why));
        return text;
    }

    private static LocalDateTime plausible(LocalDateTime time) {
        if (time.getYear() < 2000 || time.getYear() > 2100) {
            throw new DateTimeException("not in this age");
        }
        return time;
    }

    private <T> Optional<T> parsed(String field, Function<String, T> parser, String otherwise) {
        return string(field).flatMap(text -> {
            try {
                return Optional.of(parser.apply(text));
            } catch (DateTimeException unparseable) {
                return addError(field, otherwise);
            }
        });
    }

    private Optional<String> string(String field) {
        return value(field)
                .flatMap(value -> value instanceof JsonString string
                        ? Optional.of(string.getString())
                        : addError(field, "must be a string"));
    }

    private Optional<JsonValue> value(String field) {
        known.add(field);
        return has(field) ? Optional.of(object.get(field)) : Optional.empty();
    }

    private <T> T missing(String field, T harmless) {
        if (invalidAt(field).isEmpty()) {
            addError(field, "is required");
        }
        return harmless;
    }

    private Optional<Invalid> invalidAt(String field) {
        return invalid.stream()
                .filter(value -> value.pointer().equals(pointer(field)))
                .findFirst();
    }

    private <T> Optional<T> addError(String field, String detail) {
        onlyZones = false;
        invalid.add(new Invalid(pointer(field), detail));
        return Optional.empty();
    }

    private String pointer(String field) {
        return path + "/" + Json.encodePointer(field);
    }

    private <E extends Enum<E>> Optional<E> constant(String field, Optional<String> name, Class<E> type) {
        return name.flatMap(text ->
                EnumNames.find(type, text).or(() -> addError(field, "must be one of " + EnumNames.list(type))));
    }
}
