package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import jakarta.servlet.http.HttpServletRequest;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.muster.limits.Bulkhead;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.metrics.Metrics;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Password;

/** Hashes passwords: PBKDF2 with HMAC-SHA-512 in the rounds that OWASP recommends. */
@ApplicationScoped
public class Passwords {
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final String ROUNDS = "210000";
    private static final int MOST_WAITING = 64;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    @Inject
    Pbkdf2PasswordHash pbkdf2;

    @Inject
    Metrics metrics;

    @Inject
    ConcurrencyLimits limits;

    private Bulkhead hashing;
    private String dummyHash;

    @PostConstruct
    void initialize() {
        pbkdf2.initialize(Map.of("Pbkdf2PasswordHash.Algorithm", ALGORITHM, "Pbkdf2PasswordHash.Iterations", ROUNDS));
        // Half of the processors remain for those who are signed in.
        var most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        hashing = new Bulkhead("hashing", most, MOST_WAITING, LONGEST_WAIT, metrics);
        dummyHash = pbkdf2.generate("nobody".toCharArray());
    }

    /** The same text in one of the ways that keyboards write it: composed. */
    static String normalized(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC);
    }

    /**
     * The hash to store.
     *
     * @throws org.muster.problems.Problem 429 or 503 if the client or the node has too many passwords to hash
     */
    public String hash(Password password, HttpServletRequest client) {
        return call(client, () -> pbkdf2.generate(normalized(password.value()).toCharArray()));
    }

    /**
     * Whether the password matches the hash. Takes the same time without a hash, so that the duration does not reveal
     * whether the account exists. Older hashes are of passwords as they were typed, composed or not.
     *
     * @throws org.muster.problems.Problem 429 or 503 if the client or the node has too many passwords to hash
     */
    public boolean verify(Password password, Optional<String> hash, HttpServletRequest client) {
        var typed = password.value();
        var ways = Stream.of(normalized(typed), typed, Normalizer.normalize(typed, Normalizer.Form.NFD))
                .distinct();
        var matches =
                call(client, () -> ways.anyMatch(way -> pbkdf2.verify(way.toCharArray(), hash.orElse(dummyHash))));
        return matches && hash.isPresent();
    }

    /** Whether the hash was made by another algorithm, or in another number of rounds, than those of today. */
    static boolean outdated(String hash) {
        return !hash.startsWith(ALGORITHM + ":" + ROUNDS + ":");
    }

    private <T> T call(HttpServletRequest client, Supplier<T> hash) {
        if (ClientAddress.local(client)) {
            return hashing.call(hash);
        }
        var place =
                limits.take(ConcurrencyLimit.PASSWORDS, ClientAddress.of(client).network());
        try {
            return hashing.call(hash);
        } finally {
            place.close();
        }
    }
}
