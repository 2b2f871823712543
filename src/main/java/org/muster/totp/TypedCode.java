package org.muster.totp;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.regex.Pattern;

/** A code as people type and paste it: keyboards have many digits, blanks and hyphens, and pages add characters that nobody sees. */
final class TypedCode {
    private static final Pattern SEPARATORS = Pattern.compile("[\\s\\p{Z}\\p{Cf}\\p{Pd}\\u2212]");

    private TypedCode() {}

    /** The code without blanks, hyphens and what is invisible, with the digits of ASCII. */
    static String plain(String text) {
        var plain = new StringBuilder();
        SEPARATORS
                .matcher(Normalizer.normalize(text, Form.NFKC))
                .replaceAll("")
                .codePoints()
                .forEach(character -> {
                    if (Character.isDigit(character)) {
                        plain.append(Character.digit(character, 10));
                    } else {
                        plain.appendCodePoint(character);
                    }
                });
        return plain.toString();
    }
}
