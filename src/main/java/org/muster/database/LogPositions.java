package org.muster.database;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * When the primary was at which position of its write-ahead log. A replica that has replayed the log up to a position has everything that
 * was committed by then: no clocks are compared, and a replica that receives nothing more is noticed.
 */
public final class LogPositions {
    private static final long MEMORY = TimeUnit.MINUTES.toNanos(10);
    /** Without a new position for this long, the primary presumably cannot be asked. */
    private static final long CURRENT = TimeUnit.SECONDS.toNanos(2);

    private final ConcurrentSkipListMap<Long, Long> times = new ConcurrentSkipListMap<>();

    /**
     * Adds a position.
     *
     * @param at before the primary was asked for it, as {@link System#nanoTime}
     */
    public void add(long position, long at) {
        // After a fail-over, they are positions that the new primary has never been at.
        times.tailMap(position, false).clear();
        times.put(position, at);
        while (at - times.firstEntry().getValue() > MEMORY) {
            times.pollFirstEntry();
        }
    }

    /** Whether the primary was asked just now. */
    boolean current() {
        var last = times.lastEntry();
        return last != null && System.nanoTime() - last.getValue() < CURRENT;
    }

    /** How old what was committed up to this position is: at least, if it was before all that are known; empty if none is known. */
    Optional<Duration> age(long position) {
        return before(position).map(at -> Duration.ofNanos(System.nanoTime() - at));
    }

    /** How far this position is behind the last one that is known; empty if none is known. */
    Optional<Duration> behind(long position) {
        var last = times.lastEntry();
        return before(position).map(at -> Duration.ofNanos(last.getValue() - at));
    }

    private Optional<Long> before(long position) {
        var entry = times.floorEntry(position);
        return Optional.ofNullable(entry == null ? times.firstEntry() : entry).map(java.util.Map.Entry::getValue);
    }
}
