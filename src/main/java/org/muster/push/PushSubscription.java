package org.muster.push;

import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.muster.http.JsonInput;
import org.muster.mail.Language;
import org.muster.settings.PushOrigin;

/**
 * Where a browser gets messages, and what they are encrypted with.
 *
 * @param endpoint of the browser's push service
 * @param key the browser's public key
 * @param auth the secret that the browser shares with this server
 * @param language of the messages
 */
record PushSubscription(URI endpoint, CurvePoint key, byte[] auth, Language language) {
    private static final int LONGEST_ENDPOINT = 1_000;
    private static final int AUTH_SIZE = 16;
    /** In base64url, without padding. */
    private static final int KEY_LENGTH = 87;

    private static final int AUTH_LENGTH = 22;

    /**
     * Reads what a browser's {@code PushSubscription.toJSON} returns.
     *
     * @param services the push services that this server sends to
     */
    static PushSubscription read(JsonInput input, List<PushOrigin> services) {
        var address = input.line("endpoint", 1, LONGEST_ENDPOINT);
        var endpoint = PushOrigin.url(address)
                .filter(url -> services.stream().anyMatch(service -> service.includes(url)))
                .filter(url -> url.getRawFragment() == null);
        if (!address.isEmpty() && endpoint.isEmpty()) {
            input.reject("endpoint", "must be an address of a push service that this server sends to");
        }
        var keys = input.part("keys");
        var p256dh = keys.line("p256dh", KEY_LENGTH, KEY_LENGTH);
        var key = decoded(p256dh).flatMap(CurvePoint::of);
        if (p256dh.length() == KEY_LENGTH && key.isEmpty()) {
            keys.reject("p256dh", "must be an uncompressed point of the curve P-256, in base64url");
        }
        var secret = keys.line("auth", AUTH_LENGTH, AUTH_LENGTH);
        var auth = decoded(secret).filter(bytes -> bytes.length == AUTH_SIZE);
        if (secret.length() == AUTH_LENGTH && auth.isEmpty()) {
            keys.reject("auth", "must be 16 bytes, in base64url");
        }
        var language = input.choice("language", Language.EN);
        input.done();
        return new PushSubscription(endpoint.orElseThrow(), key.orElseThrow(), auth.orElseThrow(), language);
    }

    private static Optional<byte[]> decoded(String text) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return PushOrigin.origin(endpoint);
    }
}
