package org.muster.http;

import java.util.Optional;

/** What text may have: what it is stored and shown with can be seen, and changes nothing of the text around it. */
final class TextRules {
    private TextRules() {}

    /**
     * Why the text is refused; empty if it is valid.
     *
     * @param least the length in code points; what must not be empty must be visible
     * @param lines whether it may have several lines
     */
    static Optional<String> refusal(String text, int least, int most, boolean lines) {
        var wrongLength = refusalOfLength(text, least, most);
        if (wrongLength.isPresent()) {
            return wrongLength;
        }
        if (!text.codePoints().allMatch(character -> allowed(character, lines))) {
            return Optional.of("must not have control characters");
        }
        var mustBeSeen = least > 0 || !lines && !text.isEmpty();
        return Optional.of("must have characters that can be seen")
                .filter(any -> mustBeSeen && text.codePoints().noneMatch(TextRules::visible));
    }

    /**
     * Why a text that is only hashed is refused; empty if it is valid. It may have any characters, but half of one would have the hash of
     * any other half, and with NUL at the end it would have the hash that it has without.
     */
    static Optional<String> refusalOfHashed(String text, int least, int most) {
        return refusalOfLength(text, least, most)
                .or(() -> Optional.of("must have whole characters, and not NUL")
                        .filter(any -> text.codePoints()
                                .anyMatch(character ->
                                        character == 0 || Character.getType(character) == Character.SURROGATE)));
    }

    private static Optional<String> refusalOfLength(String text, int least, int most) {
        var length = text.codePointCount(0, text.length());
        return Optional.of("must have " + (least > 0 ? "from " + least + " to " : "at most ") + most + " characters")
                .filter(any -> length < least || length > most);
    }

    private static boolean allowed(int character, boolean lines) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> lines && (character == '\n' || character == '\r' || character == '\t');
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> lines;
            case Character.SURROGATE -> false;
            default -> !changesDirection(character);
        };
    }

    /** Embeddings, overrides and isolates, and their deprecated kin: they change how the text around them is displayed. */
    private static boolean changesDirection(int character) {
        return character >= 0x202A && character <= 0x202E || character >= 0x2066 && character <= 0x206F;
    }

    /** Whether the character alone leaves a mark on the screen: a combining one needs another. */
    private static boolean visible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> false;
            default -> !blank(character);
        };
    }

    /** Letters, symbols and unassigned characters that are displayed as nothing: mostly Unicode's Default_Ignorable_Code_Point. */
    private static boolean blank(int character) {
        return switch (character) {
            // Fillers of Hangul, the empty pattern of Braille, and a note without head.
            case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x1D159, 0x2065 -> true;
            default ->
                character >= 0xFFF0 && character <= 0xFFF8
                        || character >= 0xE0000 && character <= 0xE0FFF
                        || (character & 0xFFFE) == 0xFFFE;
        };
    }
}
