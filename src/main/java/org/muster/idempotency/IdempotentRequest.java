package org.muster.idempotency;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.UUID;

/** The current request's idempotency key, if it has one. */
@RequestScoped
public class IdempotentRequest {
    private static final UUID ANONYMOUS = new UUID(0, 0);

    private IdempotencyKey key;
    private byte[] fingerprint;
    private UUID user;

    void set(IdempotencyKey sent, byte[] stands, Optional<UUID> by) {
        key = sent;
        fingerprint = stands;
        user = by.orElse(ANONYMOUS);
    }

    Optional<IdempotencyKey> key() {
        return Optional.ofNullable(key);
    }

    byte[] fingerprint() {
        return fingerprint;
    }

    UUID user() {
        return user;
    }
}
