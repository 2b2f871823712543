package org.muster.database;

import org.muster.connector.Registry;

/**
 * The pool in figures, at one moment.
 *
 * @param total physical connections that are open
 * @param active those in use
 * @param waiting callers that wait for one
 * @param min connections that stay open
 * @param max connections that are open at most
 */
public record PoolFigures(int total, int active, int waiting, int min, int max) {

    /** The figures now, of a pool with these limits. */
    static PoolFigures now(Settings.Pool limits) {
        return new PoolFigures(Registry.open(), PoolUse.active(), PoolUse.waiting(), limits.min(), limits.max());
    }

    /** Open and not in use. */
    public int idle() {
        return Math.max(0, total - active);
    }
}
