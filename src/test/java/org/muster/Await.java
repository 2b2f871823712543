package org.muster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions by polling. */
public final class Await {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /**
     * Returns when the condition is true. The condition is evaluated at least once. An exception from it counts as false.
     *
     * @param what describes the condition, for the error message
     * @throws AssertionError if the condition was not true in time; the cause is its last exception
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
