package org.muster.users;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The tokens of operators that the database has verified of late. Like the database, this stores their hashes only. */
final class VerifiedTokens {
    private static final Duration LIFETIME = Duration.ofMinutes(15);

    private final Map<ByteBuffer, Verified> verified = new ConcurrentHashMap<>();

    private record Verified(UUID user, Instant at) {
        boolean spent(Instant now) {
            return !at.plus(LIFETIME).isAfter(now);
        }
    }

    /** The database has verified the token just now. */
    void add(Token token, UUID user) {
        verified.put(token.key(), new Verified(user, Instant.now()));
    }

    /** Who has the token; empty unless the database verified it within 15 minutes before its last answer. */
    Optional<UUID> user(Token token, Optional<Instant> lastAnswer) {
        return Optional.ofNullable(verified.get(token.key()))
                .filter(known -> lastAnswer.filter(at -> !known.spent(at)).isPresent())
                .map(Verified::user);
    }

    void remove(Token token) {
        verified.remove(token.key());
    }

    /** Removes all tokens of the user. */
    void remove(UUID user) {
        verified.values().removeIf(known -> known.user.equals(user));
    }

    /**
     * Removes those whose session has ended, here or on another node, and those that were verified too long ago.
     *
     * @throws org.muster.database.DatabaseException if the database cannot be asked: all remain
     */
    void removeEnded(Sessions sessions) {
        var known = List.copyOf(verified.keySet());
        if (known.isEmpty()) {
            return;
        }
        var live = sessions.live(known);
        known.stream().filter(hash -> !live.contains(hash)).forEach(verified::remove);
        var now = Instant.now();
        verified.values().removeIf(token -> token.spent(now));
    }
}
