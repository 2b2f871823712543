package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramSnapshotTest {
    private static final long[] DURATIONS = new Random(7)
            .doubles(20_000, Math.log(1_000), Math.log(60e9))
            .mapToLong(power -> (long) Math.exp(power))
            .sorted()
            .toArray();

    private final LatencyRecorder latencies = new LatencyRecorder();

    @Test
    void aQuantileIsExactOrTooHighByUpToAnEighth() {
        LongStream.of(DURATIONS).forEach(latencies::add);
        var histogram = latencies.snapshot();

        assertThat(histogram.count()).isEqualTo(DURATIONS.length);
        for (var share : new double[] {0.01, 0.5, 0.95, 0.99, 1}) {
            var exact = DURATIONS[(int) Math.ceil(share * DURATIONS.length) - 1] / 1e9;
            assertThat(histogram.quantile(share)).as("%s", share).isBetween(exact, exact * 1.125 + 2e-6);
        }
    }

    @Test
    void aDifferenceContainsOnlyLaterDurations() {
        latencies.add(TimeUnit.SECONDS.toNanos(9));
        var before = latencies.snapshot();
        latencies.add(TimeUnit.MILLISECONDS.toNanos(3));

        var since = latencies.snapshot().since(before);

        assertThat(since.count()).isEqualTo(1);
        assertThat(since.quantile(1)).isBetween(0.003, 0.0034);
    }

    @Test
    void anEmptyHistogramHasNoQuantile() {
        assertThat(latencies.snapshot().quantile(0.5)).isNaN();
    }

    @Test
    void outOfRangeDurationsAreCountedInTheOuterBuckets() {
        latencies.add(-1);
        latencies.add(Long.MAX_VALUE);

        assertThat(latencies.count()).isEqualTo(2);
        assertThat(latencies.snapshot().quantile(0.5)).isLessThan(2e-6);
        assertThat(latencies.snapshot().quantile(1)).isGreaterThan(4_000);
    }
}
