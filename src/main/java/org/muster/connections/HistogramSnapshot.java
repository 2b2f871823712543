package org.muster.connections;

import java.util.Arrays;

/** A histogram of durations at one moment. The width of each bucket is at most an eighth of its lower bound. */
public final class HistogramSnapshot {
    static final int BUCKETS = 240;
    /** The width of the first buckets in nanoseconds, as a power of two: about a microsecond. */
    private static final int UNIT = 10;
    /** The number of buckets for each doubling, as a power of two. */
    private static final int PER_DOUBLING = 3;

    private static final int FIRST = 1 << PER_DOUBLING;
    private static final double NANOS = 1e9;

    private final long[] counts;

    HistogramSnapshot(long[] counts) {
        this.counts = counts;
    }

    static int bucketOf(long nanos) {
        var units = Math.max(0, nanos) >>> UNIT;
        if (units < FIRST) {
            return (int) units;
        }
        var shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - PER_DOUBLING;
        return Math.min(BUCKETS - 1, (shift << PER_DOUBLING) + (int) (units >>> shift));
    }

    /** Where a bucket ends, in seconds. */
    private static double end(int number) {
        var shift = Math.max(0, (number >>> PER_DOUBLING) - 1);
        var units = number - ((long) shift << PER_DOUBLING);
        return ((units + 1) << (shift + UNIT)) / NANOS;
    }

    /** What was recorded since an earlier snapshot. */
    public HistogramSnapshot since(HistogramSnapshot earlier) {
        var difference = counts.clone();
        Arrays.setAll(difference, number -> counts[number] - earlier.counts[number]);
        return new HistogramSnapshot(difference);
    }

    /** How many durations it holds. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /**
     * The quantile, in seconds, too high by up to an eighth; {@code NaN} if there are no durations.
     *
     * @param share from 0 to 1
     */
    public double quantile(double share) {
        var wanted = Math.max(1, Math.ceil(share * count()));
        var passed = 0L;
        for (var number = 0; number < counts.length; number++) {
            passed += counts[number];
            if (passed >= wanted) {
                return end(number);
            }
        }
        return Double.NaN;
    }
}
