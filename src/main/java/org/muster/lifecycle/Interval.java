package org.muster.lifecycle;

import java.time.Duration;

/** Something that is done at most once in a time. Used by one thread. */
public final class Interval {
    private final Duration least;
    private long at;

    private Interval(Duration least, long at) {
        this.least = least;
        this.at = at;
    }

    /** Due after this time, then again. */
    public static Interval of(Duration least) {
        return new Interval(least, System.nanoTime());
    }

    /** Due at once, then again after this time. */
    public static Interval dueNow(Duration least) {
        return new Interval(least, System.nanoTime() - least.toNanos());
    }

    /** Whether it is due. If so, it is done now. */
    public boolean due() {
        var now = System.nanoTime();
        if (now - at < least.toNanos()) {
            return false;
        }
        at = now;
        return true;
    }
}
