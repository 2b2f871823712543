package org.muster.limits;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;

/** Expensive calls of a node: a few at once. Some others wait for a while. */
public final class Bulkhead {
    private final String name;
    private final Semaphore free;
    private final int mostWaiting;
    private final Duration longestWait;
    private final Metrics metrics;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param name in the metric of refusals
     * @param most how many calls run at once
     * @param mostWaiting how many others wait
     */
    public Bulkhead(String name, int most, int mostWaiting, Duration longestWait, Metrics metrics) {
        this.name = name;
        free = new Semaphore(most, true);
        this.mostWaiting = mostWaiting;
        this.longestWait = longestWait;
        this.metrics = metrics;
    }

    /**
     * Calls.
     *
     * @throws Problem 503 with {@code Retry-After} if too many wait already, or this one would for too long
     */
    public <T> T call(Supplier<T> expensive) {
        if (!enter()) {
            throw refused();
        }
        try {
            return expensive.get();
        } finally {
            leave();
        }
    }

    /** Counts a refusal, and returns it. */
    public Problem refused() {
        metrics.countRefusal(name);
        return Problem.busy();
    }

    /** The call has ended. */
    public void leave() {
        free.release();
    }

    /** How many calls wait. */
    int waiting() {
        return waiting.get();
    }

    /** Waits for a turn, until {@link #leave}. Returns false if too many wait already, or this one has for too long. */
    public boolean enter() {
        if (free.tryAcquire()) {
            return true;
        }
        try {
            return waiting.incrementAndGet() <= mostWaiting
                    && free.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.decrementAndGet();
        }
    }
}
