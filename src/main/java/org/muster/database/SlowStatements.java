package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The statements that took long, by name and never with values: each is logged, and the last ones are kept. */
public final class SlowStatements {
    private static final Logger LOG = System.getLogger(SlowStatements.class.getName());
    private static final int KEPT = 50;

    private final Deque<SlowStatement> last = new ArrayDeque<>();
    private volatile long least = Long.MAX_VALUE;
    private volatile long count;

    SlowStatements() {}

    /**
     * One of them.
     *
     * @param name the model's method that ran it
     * @param ended when it was over, well or not
     */
    public record SlowStatement(String name, Duration took, Instant ended) {}

    /** What takes this long counts; nothing does if it is zero. */
    void from(Duration duration) {
        least = duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    }

    boolean include(long nanos) {
        return nanos >= least;
    }

    synchronized void add(String name, long nanos) {
        LOG.log(Level.WARNING, "Slow statement: {0} took {1} ms", name, nanos / 1_000_000);
        if (last.size() == KEPT) {
            last.removeLast();
        }
        last.addFirst(new SlowStatement(name, Duration.ofNanos(nanos), Instant.now()));
        count++;
    }

    /** From which duration on a statement counts; absent if none does. */
    public Optional<Duration> from() {
        return Optional.of(least).filter(nanos -> nanos < Long.MAX_VALUE).map(Duration::ofNanos);
    }

    /** How many there were. */
    public long count() {
        return count;
    }

    /** The last of them, the newest first. */
    public synchronized List<SlowStatement> last() {
        return List.copyOf(last);
    }
}
