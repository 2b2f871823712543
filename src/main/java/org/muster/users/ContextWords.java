package org.muster.users;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.muster.settings.Password;

/** Words that attackers try first for an account: they are about the server, or about its owner. */
final class ContextWords {
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    /** Shorter ones are in many words. */
    private static final int SHORTEST = 4;

    private ContextWords() {}

    /** A text such as a name, and its parts. */
    static Stream<String> of(String text) {
        return Stream.concat(Stream.of(text), SEPARATORS.splitAsStream(text));
    }

    /** How many characters the password has without these words. */
    static int lengthWithout(Stream<String> texts, Password password) {
        var words = texts.map(ContextWords::folded)
                .filter(word -> word.length() >= SHORTEST)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        var all = folded(password.value());
        var rest = all;
        for (var word : words) {
            rest = rest.replace(word, "");
        }
        return length(password.value()) - (length(all) - length(rest));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Without case and accents. */
    private static String folded(String text) {
        var decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
        return Normalizer.normalize(MARKS.matcher(decomposed).replaceAll(""), Normalizer.Form.NFC)
                .toLowerCase(Locale.ROOT);
    }
}
