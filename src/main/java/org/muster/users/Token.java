package org.muster.users;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.muster.database.Sha256;

/** A bearer token: 32 random bytes, shown once. Only its SHA-256 hash is stored. */
public record Token(String value) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

    /** A new token. */
    public static Token random() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Whether it looks like one of ours, and not like that of another program, such as a JWT. */
    boolean wellFormed() {
        return FORM.matcher(value).matches();
    }

    /** Its SHA-256 hash. */
    public byte[] hash() {
        return Sha256.of(value);
    }

    /** Its hash, as a key of maps and sets. */
    public ByteBuffer key() {
        return ByteBuffer.wrap(hash());
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
