package org.muster.connections;

import java.time.Duration;

/**
 * The time by which a caller must have its answer.
 *
 * @param begun when it began to wait, as {@link System#nanoTime}
 * @param at when it must have the answer, as {@link System#nanoTime}
 */
record Deadline(long begun, long at) {
    /** This much time from now. */
    static Deadline in(Duration duration) {
        var now = System.nanoTime();
        return new Deadline(now, now + duration.toNanos());
    }

    /** How long the caller has waited. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Never negative. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
    }

    boolean passed() {
        return at - System.nanoTime() <= 0;
    }

    /** The time that is left, but no more than this. */
    Duration remaining(Duration atMost) {
        return Timeouts.shorter(remaining(), atMost);
    }
}
