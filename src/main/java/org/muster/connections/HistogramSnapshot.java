package org.muster.connections;

import java.util.Arrays;

/** How often something took how long, by classes of durations, each an eighth as wide as it is long. */
public final class HistogramSnapshot {
    static final int CLASSES = 240;
    /** A class covers at least so many nanoseconds, as a power of two: about a microsecond. */
    private static final int UNIT = 10;
    /** So many classes for each doubling, as a power of two. */
    private static final int PER_DOUBLING = 3;

    private static final int FIRST = 1 << PER_DOUBLING;
    private static final double NANOS = 1e9;

    private final long[] counts;

    HistogramSnapshot(long[] counts) {
        this.counts = counts;
    }

    static int classOf(long nanos) {
        var units = Math.max(0, nanos) >>> UNIT;
        if (units < FIRST) {
            return (int) units;
        }
        var shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - PER_DOUBLING;
        return Math.min(CLASSES - 1, (shift << PER_DOUBLING) + (int) (units >>> shift));
    }

    /** The seconds at which a class ends. */
    private static double end(int number) {
        var shift = Math.max(0, (number >>> PER_DOUBLING) - 1);
        var units = number - ((long) shift << PER_DOUBLING);
        return ((units + 1) << (shift + UNIT)) / NANOS;
    }

    /** What has come since an earlier one. */
    public HistogramSnapshot since(HistogramSnapshot earlier) {
        var difference = counts.clone();
        Arrays.setAll(difference, number -> counts[number] - earlier.counts[number]);
        return new HistogramSnapshot(difference);
    }

    public long count() {
        return Arrays.stream(counts).sum();
    }

    /** Seconds that this share took at most; up to an eighth more than is true, and {@code NaN} if there were none. */
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
