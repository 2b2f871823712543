package org.muster.database;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a piece of work is done again that certainly did not happen. Not without end: a statement that ends every
 * connection it runs on must not end all there are. Not all at once: what ends connections may take a while to get to all of
 * them, and may come again.
 */
final class Reruns {
    /** Before each further run, in milliseconds; half as much again by chance. */
    private static final int[] PAUSES = {0, 50, 100, 200, 200, 400, 400};

    /** So long after the first run began, no other one does. */
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    private static final LongAdder COUNT = new LongAdder();

    private final long begun = System.nanoTime();
    private int reruns;

    /** Whether there is another run; waits until it is time for it. */
    boolean again() {
        if (reruns == PAUSES.length || System.nanoTime() - begun > AT_MOST.toNanos()) {
            return false;
        }
        var pause = PAUSES[reruns++];
        try {
            Thread.sleep(pause + ThreadLocalRandom.current().nextInt(pause / 2 + 1));
            COUNT.increment();
            return true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static long count() {
        return COUNT.sum();
    }
}
