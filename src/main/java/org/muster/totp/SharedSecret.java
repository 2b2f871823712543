package org.muster.totp;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What Muster and a person's authenticator share: 160 random bits, from which both compute a code of six digits for each step of 30
 * seconds, with HMAC-SHA-1 (RFC 6238), as all authenticators know it.
 */
public record SharedSecret(byte[] bytes) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LENGTH = 20;
    private static final int STEP_SECONDS = 30;
    private static final int DIGITS = 1_000_000;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /** A new one. */
    public static SharedSecret random() {
        var bytes = new byte[LENGTH];
        RANDOM.nextBytes(bytes);
        return new SharedSecret(bytes);
    }

    /** The step of an instant. */
    public static long step(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), STEP_SECONDS);
    }

    /** The code of a step. */
    public String code(long step) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(bytes, "HmacSHA1"));
            var hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            var truncated = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & Integer.MAX_VALUE;
            return "%06d".formatted(truncated % DIGITS);
        } catch (GeneralSecurityException unavailable) {
            throw new IllegalStateException(unavailable);
        }
    }

    /** The step that a code is of, if it is this instant's, the one before, or the next: clocks differ, and typing takes time. */
    OptionalLong step(String code, Instant now) {
        var digits = code.getBytes(StandardCharsets.UTF_8);
        return LongStream.of(0, -1, 1)
                .map(off -> step(now) + off)
                .filter(step -> MessageDigest.isEqual(code(step).getBytes(StandardCharsets.UTF_8), digits))
                .findFirst();
    }

    /** As text, for people who type it: base32. */
    public String text() {
        var text = new StringBuilder();
        var bits = 0;
        var count = 0;
        for (var octet : bytes) {
            bits = bits << Byte.SIZE | Byte.toUnsignedInt(octet);
            count += Byte.SIZE;
            for (; count >= 5; count -= 5) {
                text.append(LETTERS.charAt(bits >> count - 5 & 0x1f));
            }
        }
        return text.toString();
    }

    /**
     * The address that hands it to an authenticator.
     *
     * @param issuer what the authenticator shows as the server
     * @param account what it shows as the account
     */
    public String uri(String issuer, String account) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?secret=" + text() + "&issuer="
                + encoded(issuer);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
