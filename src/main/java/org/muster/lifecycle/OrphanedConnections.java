package org.muster.lifecycle;

import java.time.Duration;
import java.util.OptionalLong;
import org.muster.connections.OpenConnections;
import org.muster.connections.PoolFigures;

/**
 * Ends connections that the server's pool has lost track of: they stay open while the pool has none to lend, and drops none. Used by
 * one thread.
 */
final class OrphanedConnections {
    /** The pool may take this long to examine the connections that it has. */
    private static final Duration EXAMINATION = Duration.ofSeconds(3);

    private final OpenConnections register;
    private OptionalLong fruitlessSince = OptionalLong.empty();

    OrphanedConnections(OpenConnections register) {
        this.register = register;
    }

    /** Records that the pool makes progress: it has lent a connection, or has dropped one. */
    void recordProgress() {
        fruitlessSince = OptionalLong.empty();
    }

    /** Notes that the pool, asked for an idle connection, had none that answers. */
    void noneToLend(PoolFigures before, PoolFigures after) {
        if (before.active() > 0 || after.active() > 0 || after.total() != before.total()) {
            // It may not have examined all of them yet.
            recordProgress();
        } else if (fruitlessSince.isEmpty()) {
            fruitlessSince = OptionalLong.of(System.nanoTime());
        } else if (System.nanoTime() - fruitlessSince.getAsLong() >= EXAMINATION.toNanos()) {
            register.abortUncalledSince(fruitlessSince.getAsLong());
        }
    }
}
