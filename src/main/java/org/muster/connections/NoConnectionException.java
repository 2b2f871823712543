package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** There was no connection for a caller, with all that is known about why. */
public final class NoConnectionException extends SQLException {
    private static final long serialVersionUID = 1;

    private final transient PoolFigures figures;
    private final boolean breakerOpen;
    private final transient Optional<Instant> lastSuccess;

    NoConnectionException(
            String reason,
            String code,
            Duration waited,
            PoolFigures figures,
            boolean breakerOpen,
            Optional<Instant> lastSuccess,
            SQLException cause) {
        super(
                "no connection after %.1f s: %s (SQLSTATE %s; pool: %s; breaker %s; last success %s)"
                        .formatted(
                                waited.toMillis() / 1e3,
                                reason,
                                code == null ? "none" : code,
                                figures,
                                breakerOpen ? "open" : "closed",
                                lastSuccess.map(Instant::toString).orElse("never")),
                code,
                cause);
        this.figures = figures;
        this.breakerOpen = breakerOpen;
        this.lastSuccess = lastSuccess;
    }

    /** The pool when the caller gave up. */
    public PoolFigures figures() {
        return figures;
    }

    /** Whether the database was known to be away. */
    public boolean breakerOpen() {
        return breakerOpen;
    }

    /** When a connection could last be opened. */
    public Optional<Instant> lastSuccess() {
        return lastSuccess;
    }
}
