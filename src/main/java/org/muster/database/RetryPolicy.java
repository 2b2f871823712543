package org.muster.database;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * The policy for retrying work that was certainly not committed. The number of retries is bounded, because a statement that ends
 * each connection it runs on must not end all of them. There are pauses between retries, because a fault that ends connections
 * may take a while to reach all of them.
 */
public final class RetryPolicy {
    /** The pause before each retry, in milliseconds, to which a random time of up to half as much is added. */
    private static final int[] PAUSES_MILLIS = {0, 50, 100, 200, 200, 400, 400};

    /** No retry begins later than this after the first attempt, nor after the time limit of a statement. */
    private static final Duration MAX_ELAPSED = Duration.ofSeconds(7);

    private final LongAdder retries = new LongAdder();
    private volatile Duration maxElapsed = MAX_ELAPSED;

    RetryPolicy() {}

    /** @param statementTimeout the time limit of a statement; zero for none */
    void setStatementTimeout(Duration statementTimeout) {
        maxElapsed = statementTimeout.isZero() || statementTimeout.compareTo(MAX_ELAPSED) > 0
                ? MAX_ELAPSED
                : statementTimeout;
    }

    /** Returns the number of retries since the start. */
    public long count() {
        return retries.sum();
    }

    /** Starts to count the attempts of one piece of work. */
    Attempts begin() {
        return new Attempts();
    }

    /** The attempts of one piece of work. Used by one thread. */
    final class Attempts {
        private final long begun = System.nanoTime();
        private int retried;

        /**
         * Returns whether to retry, after the pause that is due.
         *
         * @param failure of the last attempt. After a commit, time does not count: it was a fail-over's
         */
        boolean awaitRetry(DatabaseException failure) {
            var late = failure.phase() != DatabaseException.Phase.COMMITTING
                    && System.nanoTime() - begun >= maxElapsed.toNanos();
            if (late || retried == PAUSES_MILLIS.length) {
                return false;
            }
            var pause = PAUSES_MILLIS[retried++];
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
