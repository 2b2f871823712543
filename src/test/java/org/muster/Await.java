package org.muster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what others do, by asking again and again. */
public final class Await {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /**
     * Returns when the condition holds; it is asked at least once. That it fails counts as not yet.
     *
     * @param what is waited for, in words
     * @throws AssertionError if it did not hold in time, caused by how it failed last
     */
    public static void await(String what, Duration atMost, Callable<Boolean> condition) {
        var end = System.nanoTime() + atMost.toNanos();
        Exception failure;
        do {
            failure = null;
            try {
                if (condition.call()) {
                    return;
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                failure = interrupted;
            } catch (Exception notYet) {
                failure = notYet;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        throw new AssertionError("Waited %s s for %s".formatted(atMost.toMillis() / 1e3, what), failure);
    }
}
