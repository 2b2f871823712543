package org.muster.database;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often work is done again that certainly did not happen. Not without end: a statement that ends every connection it
 * runs on must not end all there are. Not all at once: what ends connections may take a while to get to all of them.
 */
final class Reruns {
    /** Before each further run, in milliseconds; half as much again by chance. */
    private static final int[] PAUSES = {0, 50, 200};

    private static final LongAdder COUNT = new LongAdder();

    private Reruns() {}

    /** Whether there is another run after this one, counted from 1; waits until it is time for it. */
    static boolean again(int run) {
        if (run > PAUSES.length) {
            return false;
        }
        var pause = PAUSES[run - 1];
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
