package org.muster.settings;

import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads how messages reach browsers that are closed. */
final class PushReader {
    private static final Pattern BASE64URL_OF_32_BYTES = Pattern.compile("[A-Za-z0-9_-]{43}=?");

    /** The number of points of the curve P-256: its private keys are smaller. */
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final Pattern SUBJECT = Pattern.compile("mailto:[^\\s@]+@[^\\s@]+|https://[^\\s]+");

    /** Where the common browsers have their push services. */
    private static final String ORIGINS = "https://fcm.googleapis.com https://*.push.services.mozilla.com"
            + " https://*.push.apple.com https://*.notify.windows.com";

    private final Variables variables;

    PushReader(Variables variables) {
        this.variables = variables;
    }

    /** Empty if nothing is pushed. */
    Optional<Settings.Push> read() {
        var key = variables.get("VAPID_PRIVATE_KEY");
        var subject = variables.get("VAPID_SUBJECT").or(() -> variables.get("MUSTER_URL"));
        var origins = origins();
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (!isPrivateKey(key.get())) {
            variables.reject(
                    "VAPID_PRIVATE_KEY is not allowed: it must be a private key of P-256, 32 bytes in base64url");
        }
        var url = subject.filter(SUBJECT.asMatchPredicate()).flatMap(PushReader::url);
        if (url.isEmpty()) {
            variables.reject("VAPID_SUBJECT is missing or not allowed: VAPID_PRIVATE_KEY needs an address such as"
                    + " mailto:ann@example.org, or MUSTER_URL with https");
        }
        return url.map(known -> new Settings.Push(new Password(key.get()), known, origins));
    }

    private static boolean isPrivateKey(String text) {
        if (!BASE64URL_OF_32_BYTES.matcher(text).matches()) {
            return false;
        }
        var number = new BigInteger(1, Base64.getUrlDecoder().decode(text));
        return number.signum() > 0 && number.compareTo(P256_ORDER) < 0;
    }

    private List<PushOrigin> origins() {
        var items = variables.get("PUSH_ORIGINS").orElse(ORIGINS).split("[,\\s]+");
        var origins =
                Stream.of(items).flatMap(item -> PushOrigin.of(item).stream()).toList();
        if (origins.size() < items.length) {
            // The value is not quoted: it may be the address of a subscription.
            variables.reject("PUSH_ORIGINS is not allowed: it must be origins such as https://push.example.org or"
                    + " https://*.example.org, separated by commas or blanks, with http on this machine only");
        }
        return origins;
    }

    private static Optional<URI> url(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException invalid) {
            return Optional.empty();
        }
    }
}
