package org.muster.push;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.muster.mail.Language;

/** A browser that has subscribed: it has the keys that messages are encrypted for, and reads them. */
public final class PushedBrowser {
    private static final int SALT_END = 16;
    private static final int KEY_BEGIN = 21;
    private static final int KEY_END = 86;

    private final KeyPair keys;
    private final byte[] auth = new byte[16];

    public PushedBrowser() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(CurvePoint.P256);
        keys = generator.generateKeyPair();
        new SecureRandom().nextBytes(auth);
    }

    private CurvePoint point() {
        return CurvePoint.of((ECPublicKey) keys.getPublic());
    }

    PushSubscription subscription(URI endpoint) {
        return new PushSubscription(endpoint, point(), auth, Language.EN);
    }

    byte[] key() {
        return point().bytes();
    }

    byte[] auth() {
        return auth.clone();
    }

    byte[] encrypted(String message) {
        return MessageEncryption.encrypt(message.getBytes(UTF_8), point(), auth);
    }

    /** What the page sends to Muster, in JSON with single quotes. */
    public String json(URI endpoint) {
        return "{'endpoint':'%s','keys':{'p256dh':'%s','auth':'%s'}}"
                .formatted(endpoint, encoded(key()), encoded(auth));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Decrypts a message (RFC 8291), and parses it. */
    public JsonObject read(byte[] body) throws GeneralSecurityException {
        try (var reader = Json.createReader(new StringReader(decrypt(body)))) {
            return reader.readObject();
        }
    }

    String decrypt(byte[] body) throws GeneralSecurityException {
        var salt = Arrays.copyOf(body, SALT_END);
        var header = ByteBuffer.wrap(body, SALT_END, KEY_BEGIN - SALT_END);
        if (header.getInt() < body.length - KEY_END || header.get() != KEY_END - KEY_BEGIN) {
            throw new GeneralSecurityException("not one record with a key");
        }
        var senderBytes = Arrays.copyOfRange(body, KEY_BEGIN, KEY_END);
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(keys.getPrivate());
        agreement.doPhase(CurvePoint.of(senderBytes).orElseThrow().key(), true);
        var info = new ByteArrayOutputStream();
        info.writeBytes("WebPush: info\0".getBytes(US_ASCII));
        info.writeBytes(key());
        info.writeBytes(senderBytes);
        var secret = derived(auth, agreement.generateSecret(), info.toByteArray(), 32);
        var key = derived(salt, secret, "Content-Encoding: aes128gcm\0".getBytes(US_ASCII), 16);
        var nonce = derived(salt, secret, "Content-Encoding: nonce\0".getBytes(US_ASCII), 12);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        var padded = cipher.doFinal(body, KEY_END, body.length - KEY_END);
        var end = padded.length - 1;
        while (padded[end] == 0) {
            end--;
        }
        if (padded[end] != 2) {
            throw new GeneralSecurityException("not the last record");
        }
        return new String(padded, 0, end, UTF_8);
    }

    /** HKDF (RFC 5869). */
    private static byte[] derived(byte[] salt, byte[] secret, byte[] info, int size) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt, "HmacSHA256"));
        mac.init(new SecretKeySpec(mac.doFinal(secret), "HmacSHA256"));
        mac.update(info);
        return Arrays.copyOf(mac.doFinal(new byte[] {1}), size);
    }
}
