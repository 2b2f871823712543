package org.muster.connections;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Records how often something happened and how long it took. */
public final class LatencyRecorder {
    private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLongArray counts = new AtomicLongArray(HistogramSnapshot.BUCKETS);
    private final LongAdder nanos = new LongAdder();
    private volatile Window window = new Window(System.nanoTime(), 0);

    private record Window(long since, long before, LongAccumulator most) {
        Window(long since, long before) {
            this(since, before, new LongAccumulator(Math::max, 0));
        }
    }

    /** @param duration in nanoseconds */
    void add(long duration) {
        counts.getAndIncrement(HistogramSnapshot.bucketOf(duration));
        nanos.add(duration);
        window().most.accumulate(duration);
    }

    /** How many durations were recorded. */
    public long count() {
        return snapshot().count();
    }

    /** The distribution of all durations so far. */
    public HistogramSnapshot snapshot() {
        var now = new long[HistogramSnapshot.BUCKETS];
        Arrays.setAll(now, counts::get);
        return new HistogramSnapshot(now);
    }

    /** The sum of all durations, in nanoseconds. */
    public double totalNanos() {
        return nanos.sum();
    }

    /** The longest duration of the last one to two minutes, in seconds. */
    public double maxSeconds() {
        var now = window();
        return Math.max(now.before, now.most.get()) / 1e9;
    }

    private Window window() {
        var now = window;
        var age = System.nanoTime() - now.since;
        if (age < WINDOW) {
            return now;
        }
        var next = new Window(System.nanoTime(), age < 2 * WINDOW ? now.most.get() : 0);
        window = next;
        return next;
    }
}
