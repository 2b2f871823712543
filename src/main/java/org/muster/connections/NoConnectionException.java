package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A borrower got no connection. Says why, with a snapshot of the pool. */
public final class NoConnectionException extends SQLException {
    private static final long serialVersionUID = 1;

    private final transient Snapshot pool;

    private record Snapshot(PoolFigures figures, boolean breakerOpen, Optional<Instant> lastSuccess) {
        Snapshot(PoolFigures figures, CircuitBreaker breaker) {
            this(figures, breaker.outage().isPresent(), breaker.lastSuccess());
        }

        @Override
        public String toString() {
            return "pool: " + figures + "; breaker " + (breakerOpen ? "open" : "closed") + "; last success "
                    + lastSuccess.map(Instant::toString).orElse("never");
        }
    }

    /**
     * @param code the SQLSTATE; null if there is none
     * @param cause null if the pool was not asked
     */
    NoConnectionException(
            String reason,
            String code,
            Duration waited,
            PoolFigures figures,
            CircuitBreaker breaker,
            SQLException cause) {
        this(reason, code, waited, new Snapshot(figures, breaker), cause);
    }

    private NoConnectionException(String reason, String code, Duration waited, Snapshot pool, SQLException cause) {
        super(
                "no connection after %.1f s: %s (SQLSTATE %s; %s)"
                        .formatted(waited.toMillis() / 1e3, reason, code == null ? "none" : code, pool),
                code,
                cause);
        this.pool = pool;
    }

    /** The pool when the borrower gave up. */
    public PoolFigures figures() {
        return pool.figures;
    }

    /** Whether there was an outage. */
    public boolean breakerOpen() {
        return pool.breakerOpen;
    }

    /** When the database last answered. */
    public Optional<Instant> lastSuccess() {
        return pool.lastSuccess;
    }
}
