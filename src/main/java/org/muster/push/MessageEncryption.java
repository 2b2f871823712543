package org.muster.push;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts messages so that only the browser can read them, and not the push service (RFC 8291): one record of aes128gcm (RFC 8188). */
final class MessageEncryption {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final int SALT_SIZE = 16;
    private static final int KEY_SIZE = 16;
    private static final int NONCE_SIZE = 12;
    private static final int TAG_BITS = 128;
    /** No push service has to take more. */
    private static final int RECORD_SIZE = 4096;

    private static final byte LAST_RECORD = 2;

    private MessageEncryption() {}

    /**
     * Encrypts a message.
     *
     * @param auth the secret that the browser shares with this server
     */
    static byte[] encrypt(byte[] message, CurvePoint browser, byte[] auth) {
        var salt = new byte[SALT_SIZE];
        RANDOM.nextBytes(salt);
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(CurvePoint.P256);
            return encrypt(message, browser, auth, generator.generateKeyPair(), salt);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @param own used once */
    static byte[] encrypt(byte[] message, CurvePoint browser, byte[] auth, KeyPair own, byte[] salt)
            throws GeneralSecurityException {
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(browser.key(), true);
        var ownPoint = CurvePoint.of((ECPublicKey) own.getPublic()).bytes();
        var shared = hmac(
                hmac(auth, agreement.generateSecret()),
                "WebPush: info\0".getBytes(StandardCharsets.US_ASCII),
                browser.bytes(),
                ownPoint,
                new byte[] {1});
        var pseudorandom = hmac(salt, shared);
        var key = Arrays.copyOf(expanded(pseudorandom, "aes128gcm"), KEY_SIZE);
        var nonce = Arrays.copyOf(expanded(pseudorandom, "nonce"), NONCE_SIZE);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        var record = Arrays.copyOf(message, message.length + 1);
        record[message.length] = LAST_RECORD;
        var encrypted = cipher.doFinal(record);
        return ByteBuffer.allocate(SALT_SIZE + Integer.BYTES + 1 + CurvePoint.SIZE + encrypted.length)
                .put(salt)
                .putInt(RECORD_SIZE)
                .put((byte) CurvePoint.SIZE)
                .put(ownPoint)
                .put(encrypted)
                .array();
    }

    /** HKDF's second step, for one block (RFC 5869). */
    private static byte[] expanded(byte[] key, String use) throws GeneralSecurityException {
        return hmac(key, ("Content-Encoding: " + use + "\0").getBytes(StandardCharsets.US_ASCII), new byte[] {1});
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (var part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }
}
