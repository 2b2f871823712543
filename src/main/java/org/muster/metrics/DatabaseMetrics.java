package org.muster.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.muster.connections.Condition;
import org.muster.connections.LatencyRecorder;
import org.muster.connections.PoolFigures;
import org.muster.connections.PoolStatistics;
import org.muster.credentials.CredentialsStatus;
import org.muster.database.Database;
import org.muster.json.EnumNames;
import org.muster.lifecycle.Readiness;

/** Metrics of the pool, under the names of HikariCP and of OpenTelemetry, of the circuit breaker, and of the credentials. */
record DatabaseMetrics(Database database, Readiness readiness) implements MeterBinder {
    private static final Tags HIKARI = Tags.of("pool", "muster");
    private static final Tags OTEL = Tags.of("db.client.connection.pool.name", "muster");
    private static final Tags USED = OTEL.and("db.client.connection.state", "used");
    private static final Tags IDLE = OTEL.and("db.client.connection.state", "idle");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    @Override
    public void bindTo(MeterRegistry registry) {
        bindHikari(new Meters(registry, HIKARI));
        bindOpenTelemetry(registry);
        bindMuster(new Meters(registry, Tags.empty()));
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

    private void bindOpenTelemetry(MeterRegistry registry) {
        new Meters(registry, USED).gauge("db.client.connection.count", this::figures, PoolFigures::active);
        new Meters(registry, IDLE).gauge("db.client.connection.count", this::figures, PoolFigures::idle);
        var meters = new Meters(registry, OTEL);
        meters.gauge("db.client.connection.max", this::figures, PoolFigures::max);
        meters.gauge("db.client.connection.idle.min", this::figures, PoolFigures::min);
        meters.gauge("db.client.connection.idle.max", this::figures, PoolFigures::max);
        meters.gauge("db.client.connection.pending_requests", this::figures, PoolFigures::waiting);
        meters.counter("db.client.connection.timeouts", this::statistics, PoolStatistics::timeouts);
        meters.timer("db.client.connection.create_time", () -> statistics().creations());
        meters.timer("db.client.connection.wait_time", () -> statistics().waits());
        meters.timer("db.client.connection.use_time", () -> statistics().uses());
    }

    private void bindMuster(Meters meters) {
        meters.gauge("muster.ready", readiness::now, now -> now.ready() ? 1 : 0);
        for (var condition : Condition.values()) {
            new Meters(meters.registry, Tags.of("condition", EnumNames.hyphenated(condition)))
                    .gauge(
                            "muster.database.condition",
                            readiness::now,
                            now -> now.condition().filter(condition::equals).isPresent() ? 1 : 0);
        }
        meters.gauge(
                "muster.breaker.open",
                () -> database.pool().breaker(),
                breaker -> breaker.outage().isPresent() ? 1 : 0);
        meters.gauge(
                "muster.database.last.success.timestamp.seconds",
                () -> database.pool().breaker(),
                breaker -> breaker.lastSuccess()
                        .map(at -> at.toEpochMilli() / MILLIS_PER_SECOND)
                        .orElse(Double.NaN));
        meters.counter("muster.transactions.forgotten", this::statistics, PoolStatistics::forgottenTransactions);
        meters.counter("muster.connections.lost", this::statistics, PoolStatistics::lostConnections);
        meters.counter("muster.reruns", database::retries, retries -> retries.count());
        for (var source : new String[] {"secret", "environment"}) {
            new Meters(meters.registry, Tags.of("source", source))
                    .gauge("muster.credentials.source", this::credentials, status -> isSource(status, source) ? 1 : 0);
        }
        meters.gauge(
                "muster.credentials.age.seconds",
                this::credentials,
                status -> status.age()
                        .map(age -> age.toMillis() / MILLIS_PER_SECOND)
                        .orElse(Double.NaN));
        meters.gauge("muster.credentials.failing", this::credentials, status -> status.failing() ? 1 : 0);
        meters.counter("muster.credentials.refreshes", this::credentials, CredentialsStatus::refreshes);
        meters.counter("muster.credentials.rejected", this::credentials, CredentialsStatus::rejections);
        meters.counter("muster.credentials.pending.used", this::credentials, CredentialsStatus::pendingUses);
    }

    private static boolean isSource(CredentialsStatus status, String source) {
        return !status.source().isEmpty() && status.source().equals("environment") == source.equals("environment");
    }

    private PoolFigures figures() {
        return database.pool().figures();
    }

    private PoolStatistics statistics() {
        return database.pool().statistics();
    }

    private CredentialsStatus credentials() {
        return readiness.credentials();
    }

    /** Registers meters that share tags. Each meter reads its source at every scrape, because the pool may be replaced. */
    private record Meters(MeterRegistry registry, Tags tags) {
        <T> void gauge(String name, Supplier<T> source, ToDoubleFunction<T> value) {
            Gauge.builder(name, source, from -> value.applyAsDouble(from.get()))
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
        }

        <T> void counter(String name, Supplier<T> source, ToDoubleFunction<T> value) {
            FunctionCounter.builder(name, registry, any -> value.applyAsDouble(source.get()))
                    .tags(tags)
                    .register(registry);
        }

        void timer(String name, Supplier<LatencyRecorder> source) {
            FunctionTimer.builder(
                            name,
                            registry,
                            any -> source.get().count(),
                            any -> source.get().totalNanos() / NANOS_PER_SECOND,
                            TimeUnit.SECONDS)
                    .tags(tags)
                    .register(registry);
            gauge(name + ".seconds.max", source, LatencyRecorder::maxSeconds);
        }
    }
}
