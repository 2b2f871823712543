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
import org.muster.mail.Mailing;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/**
 * The operators, who may see the status of the server. They need access while the database, which stores the
 * sessions, is unavailable: tokens that the database verified shortly before remain valid until it is back.
 */
@ApplicationScoped
public class Operators {
    private static final Duration VERIFICATION_LIFETIME = Duration.ofMinutes(15);

    @Inject
    Readiness readiness;

    @Inject
    SessionUse uses;

    @Inject
    Mailing mailing;

    private final Map<ByteBuffer, Verified> verified = new ConcurrentHashMap<>();
    private Set<String> named;

    private record Verified(UUID user, Instant at) {}

    @PostConstruct
    void read() {
        named = SettingsReader.read(Environment.ofProcess()).operators();
    }

    /**
     * Whether an account is an operator's: by its id, or by its address.
     *
     * @param email null unless the address counts
     */
    public boolean include(UUID user, String email) {
        return named.contains(user.toString()) || email != null && named.contains(email.toLowerCase(Locale.ROOT));
    }

    /** Whether this account is an operator's. Its address counts if it is verified, or the server sends no mail to verify it by. */
    public boolean include(UUID user, String email, boolean verified) {
        return include(user, verified || !mailing.sends() ? email : null);
    }

    public boolean include(User user) {
        return include(user.id(), user.email(), user.emailVerified());
    }

    /** Caches what the database has just said about who has this token. */
    void update(Token token, Optional<Caller> caller) {
        caller.ifPresent(any -> uses.note(token));
        caller.ifPresentOrElse(this::remember, () -> forget(token));
    }

    private void remember(Caller caller) {
        if (caller.operator()) {
            var now = Instant.now();
            verified.values()
                    .removeIf(known -> !known.at.plus(VERIFICATION_LIFETIME).isAfter(now));
            verified.put(key(caller.token()), new Verified(caller.user(), now));
        }
    }

    /**
     * The operator with this token; empty unless the database verified the token within 15 minutes before its last
     * response.
     */
    Optional<Caller> remembered(Token token) {
        return Optional.ofNullable(verified.get(key(token)))
                .filter(known -> readiness
                        .lastAnswer()
                        .filter(answered -> known.at.plus(VERIFICATION_LIFETIME).isAfter(answered))
                        .isPresent())
                .map(known -> new Caller(known.user, token, Optional.empty(), true));
    }

    /** Whether the token is cached as an operator's. */
    public boolean know(Token token) {
        return remembered(token).isPresent();
    }

    /** Removes the token from the cache. */
    void forget(Token token) {
        verified.remove(key(token));
    }

    /** Removes all tokens of the user from the cache. */
    public void forget(UUID user) {
        verified.values().removeIf(known -> known.user.equals(user));
    }

    /** Like the database, the cache stores the token's hash only. */
    private static ByteBuffer key(Token token) {
        return ByteBuffer.wrap(token.hash());
    }
}
