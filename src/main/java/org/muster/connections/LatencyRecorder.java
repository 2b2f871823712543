package org.muster.connections;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** How often something happened and how long it took: in all, and at most in the last one to two minutes. */
public final class LatencyRecorder {
    private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLongArray counts = new AtomicLongArray(HistogramSnapshot.CLASSES);
    private final LongAdder nanos = new LongAdder();
    private volatile Window window = new Window(System.nanoTime(), 0);

    private record Window(long since, long before, LongAccumulator most) {
        Window(long since, long before) {
            this(since, before, new LongAccumulator(Math::max, 0));
        }
    }

    void add(long duration) {
        counts.getAndIncrement(HistogramSnapshot.classOf(duration));
        nanos.add(duration);
        window().most.accumulate(duration);
    }

    public long count() {
        return snapshot().count();
    }

    /** How often it took how long, so far. */
    public HistogramSnapshot snapshot() {
        var now = new long[HistogramSnapshot.CLASSES];
        Arrays.setAll(now, counts::get);
        return new HistogramSnapshot(now);
    }

    /** Nanoseconds in all. */
    public double total() {
        return nanos.sum();
    }

    /** Seconds at most, of late. */
    public double most() {
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
