package org.muster.connections;

import java.time.Duration;

/** When a caller has to have its answer. */
record Deadline(long at) {
    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** Never negative. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
    }

    boolean passed() {
        return at - System.nanoTime() <= 0;
    }

    /** The earlier of this and that much time from now. */
    Deadline within(Duration duration) {
        var other = in(duration);
        return other.at - at < 0 ? other : this;
    }
}
