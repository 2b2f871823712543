package org.muster.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import org.muster.database.Replicas;

/** Metrics of the replicas: their pool, and how old what they have is. */
final class ReplicaMetrics {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Replicas replicas;
    private final MultiGauge ages;

    ReplicaMetrics(Replicas replicas, MeterRegistry registry) {
        this.replicas = replicas;
        new PoolMetrics("muster-replica", replicas::guard).bindTo(registry);
        ages = MultiGauge.builder("muster.replica.age.seconds").register(registry);
    }

    /** Takes the replicas that are known now. */
    void update() {
        ages.register(
                replicas.ages().entrySet().stream()
                        .map(age -> MultiGauge.Row.of(Tags.of("server", age.getKey()), seconds(age.getValue())))
                        .toList(),
                true);
    }

    private static double seconds(Duration age) {
        return age.toMillis() / MILLIS_PER_SECOND;
    }
}
