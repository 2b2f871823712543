package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.muster.lifecycle.Readiness;
import org.muster.settings.Environment;
import org.muster.settings.Settings;

/**
 * Those who may see how the server fares. They must be let in also while the readiness, which knows the sessions, is away:
 * the tokens that it vouched for shortly before count until it is back.
 */
@ApplicationScoped
public class Operators {
    private static final Duration VERIFICATION_LIFETIME = Duration.ofMinutes(15);

    @Inject
    Readiness readiness;

    private final Map<ByteBuffer, Verified> verified = new ConcurrentHashMap<>();
    private Set<String> addresses;

    private record Verified(UUID user, Instant at) {}

    @PostConstruct
    void read() {
        addresses = Settings.of(Environment.ofProcess()).operators();
    }

    /** Whether whoever has this e-mail address is one. */
    public boolean include(String email) {
        return addresses.contains(email.toLowerCase(Locale.ROOT));
    }

    /** The database has vouched for this caller just now. */
    void remember(Caller caller) {
        if (caller.operator()) {
            var now = Instant.now();
            verified.values()
                    .removeIf(known -> !known.at.plus(VERIFICATION_LIFETIME).isAfter(now));
            verified.put(key(caller.token()), new Verified(caller.user(), now));
        }
    }

    /** The operator who has this token, if the database vouched for it shortly before it was last heard. */
    Optional<Caller> remembered(Token token) {
        return Optional.ofNullable(verified.get(key(token)))
                .filter(known -> readiness
                        .lastAnswer()
                        .filter(heard -> known.at.plus(VERIFICATION_LIFETIME).isAfter(heard))
                        .isPresent())
                .map(known -> new Caller(known.user, token, Optional.empty(), true));
    }

    /** Whether this token is, as far as is known here, still an operator's. */
    public boolean know(Token token) {
        return remembered(token).isPresent();
    }

    /** This token does not count any more. */
    void forget(Token token) {
        verified.remove(key(token));
    }

    /** No token of this user counts any more, as far as is known here. */
    void forget(UUID user) {
        verified.values().removeIf(known -> known.user.equals(user));
    }

    /** Of the token no more is kept than the database keeps. */
    private static ByteBuffer key(Token token) {
        return ByteBuffer.wrap(token.hash());
    }
}
