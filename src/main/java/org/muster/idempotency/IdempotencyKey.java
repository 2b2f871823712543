package org.muster.idempotency;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.muster.database.Sha256;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * An idempotency key, and what is derived from it: the hash that it is stored under, the request's fingerprint and
 * the encryption of the response. Without the key the stored response, which may contain a token, cannot be read.
 */
record IdempotencyKey(String value) {
    static final String HEADER = "Idempotency-Key";

    private static final Pattern VALUE = Pattern.compile("[\\x21\\x23-\\x7e]{1,200}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /**
     * Reads the header, quoted or bare.
     *
     * @throws Problem 400 if it is not 1 to 200 visible characters
     */
    static IdempotencyKey parse(String header) {
        var bare = header.length() > 1 && header.startsWith("\"") && header.endsWith("\"")
                ? header.substring(1, header.length() - 1)
                : header;
        if (!VALUE.matcher(bare).matches()) {
            throw Problem.of(
                    ProblemType.INVALID_PARAMETER,
                    "Idempotency-Key must be 1 to 200 visible ASCII characters, such as a random UUID.");
        }
        return new IdempotencyKey(bare);
    }

    /** The hash that it is stored under. */
    byte[] hash() {
        return derive("kept");
    }

    /** The fingerprint of a request with this key. */
    byte[] fingerprint(String method, String path, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(derive("fingerprint"), "HmacSHA256"));
            mac.update((method + " " + path + "\n").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException unavailable) {
            throw new IllegalStateException(unavailable);
        }
    }

    byte[] encrypt(byte[] answer) {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        var hidden = crypt(Cipher.ENCRYPT_MODE, nonce, answer);
        var all = Arrays.copyOf(nonce, NONCE + hidden.length);
        System.arraycopy(hidden, 0, all, NONCE, hidden.length);
        return all;
    }

    byte[] decrypt(byte[] hidden) {
        return crypt(
                Cipher.DECRYPT_MODE, Arrays.copyOf(hidden, NONCE), Arrays.copyOfRange(hidden, NONCE, hidden.length));
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] text) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(derive("answer"), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException foreign) {
            throw new IllegalStateException("the answer was kept with another key", foreign);
        }
    }

    private byte[] derive(String purpose) {
        return Sha256.of(purpose + "\n" + value);
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
