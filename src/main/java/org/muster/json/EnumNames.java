package org.muster.json;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names of enum constants as JSON and the database have them: in lower case. */
public final class EnumNames {
    private EnumNames() {}

    /** The constant's name, with underscores between words: {@code no_show}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The constant's name, with hyphens between words: {@code seat-freed}. */
    public static String hyphenated(Enum<?> constant) {
        return of(constant).replace('_', '-');
    }

    /**
     * The constant of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return find(type, name).orElseThrow(() -> new IllegalArgumentException(type.getSimpleName() + " " + name));
    }

    /** The constant of this name; empty if there is none. */
    public static <E extends Enum<E>> Optional<E> find(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(name))
                .findFirst();
    }

    /** The names of all constants, separated by commas. */
    public static <E extends Enum<E>> String list(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(EnumNames::of).collect(Collectors.joining(", "));
    }
}
