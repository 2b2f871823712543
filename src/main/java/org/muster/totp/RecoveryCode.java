package org.muster.totp;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.stream.Collectors;
import org.muster.database.Sha256;

/**
 * Takes the place of an authenticator's code, once: 120 random bits, in letters and digits that nobody confuses (Crockford's base32),
 * so many that a plain SHA-256 hash is enough.
 */
public record RecoveryCode(String letters) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 24;

    /** A new one. */
    static RecoveryCode random() {
        return new RecoveryCode(RANDOM.ints(LENGTH, 0, ALPHABET.length())
                .mapToObj(index -> ALPHABET.substring(index, index + 1))
                .collect(Collectors.joining()));
    }

    /** As somebody has typed it: case, hyphens and blanks do not matter, nor what looks like a 0 or a 1. */
    static RecoveryCode typed(String text) {
        return new RecoveryCode(TypedCode.plain(text)
                .toUpperCase(Locale.ROOT)
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1'));
    }

    /** For people, in groups of four. */
    public String text() {
        return letters.replaceAll("(?<=.)(?=(.{4})+$)", "-");
    }

    byte[] hash() {
        return Sha256.of(letters);
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
