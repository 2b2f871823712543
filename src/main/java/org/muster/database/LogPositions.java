package org.muster.database;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * When the primary was at which position of its write-ahead log. A replica that has replayed the log up to a position has everything that
 * was committed by then: no clocks are compared, and a replica that receives nothing more is noticed.
 */
public final class LogPositions {
    /** Without a new position for this long, the primary presumably cannot be asked. */
    private static final long CURRENT = TimeUnit.SECONDS.toNanos(2);

    private final long memory;
    private final ConcurrentSkipListMap<Long, Long> times = new ConcurrentSkipListMap<>();

    private volatile boolean lost;

    /** @param memory for at least how long a position is remembered after the primary was further */
    public LogPositions(Duration memory) {
        this.memory = memory.toNanos();
    }

    /**
     * Adds a position.
     *
     * @param at before the primary was asked for it, as {@link System#nanoTime}
     */
    public void add(long position, long at) {
        // After a fail-over, they are positions that the new primary has never been at.
        times.tailMap(position, false).clear();
        times.put(position, at);
        lost = false;
        // Of those that are older than that, the last one remains.
        for (var next = times.higherEntry(times.firstKey());
                next != null && at - next.getValue() > memory;
                next = times.higherEntry(times.firstKey())) {
            times.pollFirstEntry();
        }
    }

    /** Notes that the primary cannot be asked. */
    public void lost() {
        lost = true;
    }

    /** Whether the primary was asked just now. */
    boolean current() {
        var last = times.lastEntry();
        return !lost && last != null && System.nanoTime() - last.getValue() < CURRENT;
    }

    /** How long ago the first position that is known was the primary's; zero if none is known. */
    Duration memory() {
        var first = times.firstEntry();
        return first == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - first.getValue());
    }

    /** Whether the primary has never been asked. */
    boolean isEmpty() {
        return times.isEmpty();
    }

    /** How old what was committed up to this position is, at most; empty if it is older than all that is known. */
    Optional<Duration> age(long position) {
        return at(position).map(at -> Duration.ofNanos(System.nanoTime() - at));
    }

    /** How far this position is behind the last one that is known, at most; empty if it is further behind than all that is known. */
    Optional<Duration> behind(long position) {
        return at(position).map(at -> Duration.ofNanos(times.lastEntry().getValue() - at));
    }

    private Optional<Long> at(long position) {
        return Optional.ofNullable(times.floorEntry(position)).map(Map.Entry::getValue);
    }
}
