package org.muster.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.muster.connections.LatencyRecorder;
import org.muster.database.Database;
import org.muster.lifecycle.Readiness;

/** The pool, under HikariCP's names and OpenTelemetry's; the breaker; the credentials. */
record DatabaseMetrics(Readiness readiness, Database database) implements MeterBinder {
    private static final Tags HIKARI = Tags.of("pool", "muster");
    private static final Tags OTEL = Tags.of("db.client.connection.pool.name", "muster");
    private static final double NANOS = 1e9;

    @Override
    public void bindTo(MeterRegistry registry) {
        hikari(registry);
        openTelemetry(registry);
        muster(registry);
    }

    private void hikari(MeterRegistry registry) {
        gauge(registry, "hikaricp.connections", HIKARI, state -> state.figures().total());
        gauge(
                registry,
                "hikaricp.connections.active",
                HIKARI,
                state -> state.figures().active());
        gauge(
                registry,
                "hikaricp.connections.idle",
                HIKARI,
                state -> state.figures().idle());
        gauge(
                registry,
                "hikaricp.connections.pending",
                HIKARI,
                state -> state.figures().waiting());
        gauge(
                registry,
                "hikaricp.connections.max",
                HIKARI,
                state -> state.figures().max());
        gauge(
                registry,
                "hikaricp.connections.min",
                HIKARI,
                state -> state.figures().min());
        timer(
                registry,
                "hikaricp.connections.acquire",
                HIKARI,
                state -> state.connections().waits());
        timer(
                registry,
                "hikaricp.connections.usage",
                HIKARI,
                state -> state.connections().uses());
        timer(
                registry,
                "hikaricp.connections.creation",
                HIKARI,
                state -> state.opener().creations());
        counter(
                registry,
                "hikaricp.connections.timeout",
                HIKARI,
                state -> state.connections().timeouts());
    }

    private void openTelemetry(MeterRegistry registry) {
        var count = "db.client.connection.count";
        var state = "db.client.connection.state";
        gauge(registry, count, OTEL.and(state, "used"), now -> now.figures().active());
        gauge(registry, count, OTEL.and(state, "idle"), now -> now.figures().idle());
        gauge(registry, "db.client.connection.max", OTEL, now -> now.figures().max());
        gauge(
                registry,
                "db.client.connection.idle.min",
                OTEL,
                now -> now.figures().min());
        gauge(
                registry,
                "db.client.connection.idle.max",
                OTEL,
                now -> now.figures().max());
        gauge(
                registry,
                "db.client.connection.pending_requests",
                OTEL,
                now -> now.figures().waiting());
        counter(
                registry,
                "db.client.connection.timeouts",
                OTEL,
                now -> now.connections().timeouts());
        timer(
                registry,
                "db.client.connection.create_time",
                OTEL,
                now -> now.opener().creations());
        timer(
                registry,
                "db.client.connection.wait_time",
                OTEL,
                now -> now.connections().waits());
        timer(
                registry,
                "db.client.connection.use_time",
                OTEL,
                now -> now.connections().uses());
    }

    private void muster(MeterRegistry registry) {
        gauge(registry, "muster.ready", Tags.empty(), state -> state.now().ready() ? 1 : 0);
        gauge(
                registry,
                "muster.breaker.open",
                Tags.empty(),
                state -> state.connections().breaker().outage().isPresent() ? 1 : 0);
        gauge(
                registry,
                "muster.database.last.success.timestamp.seconds",
                Tags.empty(),
                state -> state.connections()
                        .breaker()
                        .lastSuccess()
                        .map(at -> at.toEpochMilli() / 1e3)
                        .orElse(Double.NaN));
        counter(
                registry,
                "muster.transactions.forgotten",
                Tags.empty(),
                state -> state.opener().forgottenTransactions());
        counter(
                registry,
                "muster.connections.lost",
                Tags.empty(),
                state -> state.opener().losses());
        counter(
                registry,
                "muster.reruns",
                Tags.empty(),
                state -> database.retries().count());
        for (var source : new String[] {"secret", "environment"}) {
            gauge(
                    registry,
                    "muster.credentials.source",
                    Tags.of("source", source),
                    state -> state.credentials().source().isEmpty()
                            ? 0
                            : state.credentials().source().equals("environment") == source.equals("environment")
                                    ? 1
                                    : 0);
        }
        gauge(
                registry,
                "muster.credentials.age.seconds",
                Tags.empty(),
                state -> state.credentials()
                        .age()
                        .map(Duration::toMillis)
                        .map(millis -> millis / 1e3)
                        .orElse(Double.NaN));
        gauge(
                registry,
                "muster.credentials.failing",
                Tags.empty(),
                state -> state.credentials().failing() ? 1 : 0);
        counter(
                registry,
                "muster.credentials.refreshes",
                Tags.empty(),
                state -> state.credentials().refreshes());
        counter(
                registry,
                "muster.credentials.rejected",
                Tags.empty(),
                state -> state.credentials().rejections());
        counter(
                registry,
                "muster.credentials.pending.used",
                Tags.empty(),
                state -> state.credentials().pendingUses());
    }

    private void gauge(MeterRegistry registry, String name, Tags tags, ToDoubleFunction<Readiness> value) {
        Gauge.builder(name, readiness, value).tags(tags).strongReference(true).register(registry);
    }

    private void counter(MeterRegistry registry, String name, Tags tags, ToDoubleFunction<Readiness> value) {
        FunctionCounter.builder(name, readiness, value).tags(tags).register(registry);
    }

    private void timer(MeterRegistry registry, String name, Tags tags, Function<Readiness, LatencyRecorder> timing) {
        FunctionTimer.builder(
                        name,
                        readiness,
                        state -> timing.apply(state).count(),
                        state -> timing.apply(state).total() / NANOS,
                        TimeUnit.SECONDS)
                .tags(tags)
                .register(registry);
        gauge(
                registry,
                name + ".seconds.max",
                tags,
                state -> timing.apply(state).most());
    }
}
