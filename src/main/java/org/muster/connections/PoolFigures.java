package org.muster.connections;

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
    /** Open and not in use. */
    public int idle() {
        return Math.max(0, total - active);
    }

    @Override
    public String toString() {
        return active + " of " + max + " in use, " + idle() + " idle, " + waiting + " waiting";
    }
}
