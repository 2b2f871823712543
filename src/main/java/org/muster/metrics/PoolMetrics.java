package org.muster.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.Supplier;
import org.muster.connections.GuardedPool;
import org.muster.connections.PoolFigures;
import org.muster.connections.PoolStatistics;

/**
 * Metrics of a pool, under the names of HikariCP and of OpenTelemetry.
 *
 * @param name the value of the tag that has the pool's name
 */
record PoolMetrics(String name, Supplier<GuardedPool> pool) implements MeterBinder {
    private static final String OTEL_STATE = "db.client.connection.state";

    @Override
    public void bindTo(MeterRegistry registry) {
        bindHikari(new Meters(registry, Tags.of("pool", name)));
        bindOpenTelemetry(registry, Tags.of("db.client.connection.pool.name", name));
    }

    private void bindHikari(Meters meters) {
        meters.gauge("hikaricp.connections", this::figures, PoolFigures::total);
        meters.gauge("hikaricp.connections.active", this::figures, PoolFigures::active);
        meters.gauge("hikaricp.connections.idle", this::figures, PoolFigures::idle);
        meters.gauge("hikaricp.connections.pending", this::figures, PoolFigures::waiting);
        meters.gauge("hikaricp.connections.max", this::figures, PoolFigures::max);
        meters.gauge("hikaricp.connections.min", this::figures, PoolFigures::min);
        meters.timer("hikaricp.connections.acquire", () -> statistics().waits());
        meters.timer("hikaricp.connections.usage", () -> statistics().uses());
        meters.timer("hikaricp.connections.creation", () -> statistics().creations());
        meters.counter("hikaricp.connections.timeout", this::statistics, PoolStatistics::timeouts);
    }

    private void bindOpenTelemetry(MeterRegistry registry, Tags tags) {
        new Meters(registry, tags.and(OTEL_STATE, "used"))
                .gauge("db.client.connection.count", this::figures, PoolFigures::active);
        new Meters(registry, tags.and(OTEL_STATE, "idle"))
                .gauge("db.client.connection.count", this::figures, PoolFigures::idle);
        var meters = new Meters(registry, tags);
        meters.gauge("db.client.connection.max", this::figures, PoolFigures::max);
        meters.gauge("db.client.connection.idle.min", this::figures, PoolFigures::min);
        meters.gauge("db.client.connection.idle.max", this::figures, PoolFigures::max);
        meters.gauge("db.client.connection.pending_requests", this::figures, PoolFigures::waiting);
        meters.counter("db.client.connection.timeouts", this::statistics, PoolStatistics::timeouts);
        meters.timer("db.client.connection.create_time", () -> statistics().creations());
        meters.timer("db.client.connection.wait_time", () -> statistics().waits());
        meters.timer("db.client.connection.use_time", () -> statistics().uses());
    }

    private PoolFigures figures() {
        return pool.get().figures();
    }

    private PoolStatistics statistics() {
        return pool.get().statistics();
    }
}
