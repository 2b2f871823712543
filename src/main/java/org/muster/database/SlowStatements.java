package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Logs slow statements, and keeps the most recent ones. Statements are identified by name; bound values are never recorded. */
public final class SlowStatements {
    private static final Logger LOG = System.getLogger(SlowStatements.class.getName());
    private static final int MAX_KEPT = 50;

    private final Deque<SlowStatement> recent = new ArrayDeque<>();
    private volatile long thresholdNanos = Long.MAX_VALUE;
    private volatile long count;

    SlowStatements() {}

    /**
     * A slow statement.
     *
     * @param name the class and method that ran it
     * @param took the run time
     * @param ended when it ended, successfully or not
     */
    public record SlowStatement(String name, Duration took, Instant ended) {}

    /** Sets the run time from which a statement is slow; zero for none. */
    void setThreshold(Duration duration) {
        thresholdNanos = duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    }

    boolean isSlow(long nanos) {
        return nanos >= thresholdNanos;
    }

    synchronized void add(String name, long nanos) {
        LOG.log(Level.WARNING, "Slow statement: {0} took {1} ms", name, nanos / 1_000_000);
        if (recent.size() == MAX_KEPT) {
            recent.removeLast();
        }
        recent.addFirst(new SlowStatement(name, Duration.ofNanos(nanos), Instant.now()));
        count++;
    }

    /** Returns the run time from which a statement is slow; empty if none is. */
    public Optional<Duration> threshold() {
        return Optional.of(thresholdNanos)
                .filter(nanos -> nanos < Long.MAX_VALUE)
                .map(Duration::ofNanos);
    }

    /** Returns the number of slow statements since the start. */
    public long count() {
        return count;
    }

    /** Returns the most recent slow statements, newest first. */
    public synchronized List<SlowStatement> recent() {
        return List.copyOf(recent);
    }
}
