package org.muster.users;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.muster.http.OutgoingHttp;
import org.muster.http.OutgoingHttp.UnansweredException;
import org.muster.limits.Bulkhead;
import org.muster.metrics.Metrics;
import org.muster.settings.Password;

/**
 * Passwords of data breaches, as the range API of Have I Been Pwned lists them. The service gets the first five digits of a password's
 * SHA-1, and answers with the rest of all that begin so. A password that it cannot be asked about counts as unknown to it.
 */
final class BreachedPasswords {
    private static final Logger LOG = System.getLogger(BreachedPasswords.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MOST_AT_ONCE = 16;
    private static final int PREFIX = 5;

    private final OutgoingHttp http = new OutgoingHttp("it", TIMEOUT, TIMEOUT);
    private final String service;
    private final Metrics metrics;
    private final Bulkhead requests;
    private final AtomicBoolean failing = new AtomicBoolean();

    /** @param service the address to which the digits are added */
    BreachedPasswords(URI service, Metrics metrics) {
        this.service = service.toString().replaceFirst("/$", "") + "/";
        this.metrics = metrics;
        requests = new Bulkhead("breached-passwords", MOST_AT_ONCE, 0, Duration.ZERO, metrics);
    }

    /** Whether the service knows the password. Takes 2 s at most. */
    boolean include(Password password) {
        var hash = sha1(Passwords.normalized(password.value()));
        try {
            var found = lists(range(hash.substring(0, PREFIX)), hash.substring(PREFIX));
            failing.set(false);
            metrics.countBreachedPasswordCheck(found ? "found" : "not-found");
            return found;
        } catch (UnansweredException unavailable) {
            metrics.countBreachedPasswordCheck("failed");
            if (failing.compareAndSet(false, true)) {
                LOG.log(
                        Level.WARNING,
                        "New passwords are not looked up among those of data breaches until the service answers: {0}",
                        unavailable.getMessage());
            }
            return false;
        }
    }

    /** Lines such as {@code 0018A45C4D1DEF81644B54AB7F969B88D65:3}; a count of zero is padding. */
    private static boolean lists(String range, String rest) {
        return range.lines().anyMatch(line -> line.startsWith(rest + ":") && !line.equals(rest + ":0"));
    }

    private String range(String prefix) throws UnansweredException {
        if (!requests.enter()) {
            throw new UnansweredException("too many passwords are looked up at once");
        }
        try {
            return http.text(
                    HttpRequest.newBuilder(URI.create(service + prefix)).header("Add-Padding", "true"));
        } finally {
            requests.leave();
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)))
                    .toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException unavailable) {
            throw new IllegalStateException(unavailable);
        }
    }
}
