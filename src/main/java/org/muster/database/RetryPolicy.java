package org.muster.database;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often, and after which pauses, work that certainly did not happen is run again. Bounded, because a statement that
 * ends every connection it runs on must not end them all. With pauses, because whatever ends connections may need a while to
 * reach all of them.
 */
public final class RetryPolicy {
    /** Before each further run, in milliseconds; up to half as much again is added at random. */
    private static final int[] PAUSES = {0, 50, 100, 200, 200, 400, 400};

    /** No further run begins later than this after the first one. */
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    private final LongAdder retries = new LongAdder();

    RetryPolicy() {}

    /** How often work has been run again so far. */
    public long count() {
        return retries.sum();
    }

    /** Begins a piece of work. */
    Attempts begin() {
        return new Attempts();
    }

    /** The runs of one piece of work, by one thread. */
    final class Attempts {
        private final long begun = System.nanoTime();
        private int retried;

        /** Whether to run it again; waits until it is time to. */
        boolean again() {
            if (retried == PAUSES.length || System.nanoTime() - begun > AT_MOST.toNanos()) {
                return false;
            }
            var pause = PAUSES[retried++];
            try {
                Thread.sleep(pause + ThreadLocalRandom.current().nextInt(pause / 2 + 1));
                retries.increment();
                return true;
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
