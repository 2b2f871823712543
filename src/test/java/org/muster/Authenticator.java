package org.muster;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import org.muster.totp.SharedSecret;

/** What people have on their phones: shows the codes of a secret that was given as text. */
public record Authenticator(SharedSecret secret) {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static Authenticator of(String base32) {
        var number = base32.chars()
                .mapToObj(letter -> BigInteger.valueOf(LETTERS.indexOf(letter)))
                .reduce(BigInteger.ZERO, (read, digit) -> read.shiftLeft(5).or(digit));
        return new Authenticator(new SharedSecret(HexFormat.of().parseHex("%040x".formatted(number))));
    }

    /** The code that it shows now. */
    public String code() {
        return secret.code(SharedSecret.step(Instant.now()));
    }

    /** The code that it shows next, which counts already. */
    public String nextCode() {
        return secret.code(SharedSecret.step(Instant.now()) + 1);
    }

    /** A code that it will not show for an hour. */
    public String wrongCode() {
        return secret.code(SharedSecret.step(Instant.now()) + 120);
    }
}
