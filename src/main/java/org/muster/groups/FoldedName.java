package org.muster.groups;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names without the differences that people leave out when they search: case, accents, and letters that some keyboards lack. Java folds
 * them, because PostgreSQL does it by the database's locale, or by an extension that a managed server may not have.
 */
final class FoldedName {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{M}]+");
    /** Accents and vowel points of scripts that are written without them too. Those of other scripts are letters. */
    private static final Pattern ACCENTS =
            Pattern.compile("[\\u02B9-\\u02BF\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05BD\\u05BF"
                    + "\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A\\u064B-\\u065F\\u0670\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF"
                    + "\\u20D0-\\u20F0\\uFE20-\\uFE2F]");

    /** Characters inside words that nobody sees, that only make a word longer, or that no keyboard but the Catalan has. */
    private static final Pattern IGNORED = Pattern.compile("[\\p{Cf}\\u0640]|(?<=[lL])\\u00B7(?=[lL])");

    private static final Map<Integer, String> LETTERS = letters(
            "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ß", "ss", "æ", "ae", "œ", "oe", "ħ", "h", "ŧ", "t", "ŋ",
            "n", "ĸ", "k", "ƒ", "f", "ə", "e", "ς", "σ", "ي", "ی", "ى", "ی", "ك", "ک");
    /** Scripts without blanks between words, and Korean, whose words are often written together. */
    private static final Set<UnicodeScript> WITHOUT_BLANKS = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.HANGUL,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR,
            UnicodeScript.TIBETAN,
            UnicodeScript.JAVANESE,
            UnicodeScript.BALINESE);
    /** The length in characters up to which words are told apart. */
    private static final int MAX_WORD = 50;

    private FoldedName() {}

    static String fold(String text) {
        var bare = ACCENTS.matcher(Normalizer.normalize(text, Form.NFKD)).replaceAll("");
        var plain = IGNORED.matcher(bare).replaceAll("");
        var folded = new StringBuilder();
        plain.toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .forEach(letter -> folded.append(LETTERS.getOrDefault(letter, digitOrLetter(letter))));
        return Normalizer.normalize(folded, Form.NFKC);
    }

    private static String digitOrLetter(int letter) {
        return Character.isDigit(letter) ? Integer.toString(Character.digit(letter, 10)) : Character.toString(letter);
    }

    /**
     * What of a name can be found by its beginning: its words; of a script without blanks, what begins at each character.
     */
    static Set<String> terms(String name) {
        var terms = new LinkedHashSet<String>();
        for (var run : runs(name)) {
            terms.add(beginning(run, 0));
            if (isWithoutBlanks(run.codePointAt(0))) {
                for (var i = run.offsetByCodePoints(0, 1); i < run.length(); i = run.offsetByCodePoints(i, 1)) {
                    terms.add(beginning(run, i));
                }
            }
        }
        return terms;
    }

    /** The {@code tsquery} for names with terms that begin with all words of this text; empty if it has none. */
    static Optional<String> query(String text) {
        return Optional.of(runs(text).stream()
                        .map(run -> "'" + beginning(run, 0) + "':*")
                        .distinct()
                        .collect(Collectors.joining(" & ")))
                .filter(query -> !query.isEmpty());
    }

    /** The name as words of a-z and 0-9 with hyphens between them; may be empty. */
    static String slug(String name) {
        return fold(name).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    /** The words, divided where scripts with and without blanks meet. */
    private static List<String> runs(String text) {
        var runs = new ArrayList<String>();
        WORD.matcher(fold(text)).results().forEach(word -> {
            var run = new StringBuilder();
            var withoutBlanks = isWithoutBlanks(word.group().codePointAt(0));
            for (var letter : word.group().codePoints().toArray()) {
                var script = UnicodeScript.of(letter);
                var belongs = script == UnicodeScript.INHERITED
                        || script == UnicodeScript.COMMON && !Character.isDigit(letter)
                        || isWithoutBlanks(letter) == withoutBlanks;
                if (!belongs) {
                    runs.add(run.toString());
                    run.setLength(0);
                    withoutBlanks = !withoutBlanks;
                }
                run.appendCodePoint(letter);
            }
            runs.add(run.toString());
        });
        return runs;
    }

    private static boolean isWithoutBlanks(int letter) {
        return WITHOUT_BLANKS.contains(UnicodeScript.of(letter));
    }

    private static String beginning(String run, int from) {
        var characters = run.codePointCount(from, run.length());
        return run.substring(from, run.offsetByCodePoints(from, Math.min(MAX_WORD, characters)));
    }

    private static Map<Integer, String> letters(String... pairs) {
        var letters = new HashMap<Integer, String>();
        for (var i = 0; i < pairs.length; i += 2) {
            letters.put(pairs[i].codePointAt(0), pairs[i + 1]);
        }
        return letters;
    }
}
