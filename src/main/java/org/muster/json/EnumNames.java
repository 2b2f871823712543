package org.muster.json;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names of enum constants as JSON and the database have them: in lower case. */
public final class EnumNames {
    /** The names of all constants of a type, in their order. */
    private static final ClassValue<List<String>> NAMES = new ClassValue<>() {
        @Override
        protected List<String> computeValue(Class<?> type) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    };

    private EnumNames() {}

    /** The constant's name, with underscores between words: {@code no_show}. */
    public static String of(Enum<?> constant) {
        return NAMES.get(constant.getDeclaringClass()).get(constant.ordinal());
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
        var ordinal = NAMES.get(type).indexOf(name);
        return ordinal < 0 ? Optional.empty() : Optional.of(type.getEnumConstants()[ordinal]);
    }

    /** The names of all constants, separated by commas. */
    public static <E extends Enum<E>> String list(Class<E> type) {
        return String.join(", ", NAMES.get(type));
    }
}
