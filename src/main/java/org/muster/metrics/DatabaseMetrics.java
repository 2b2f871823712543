package org.muster.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.muster.connections.CommitOutcome;
import org.muster.connections.Condition;
import org.muster.connections.PoolStatistics;
import org.muster.credentials.CredentialsStatus;
import org.muster.database.Database;
import org.muster.database.Replicas;
import org.muster.json.EnumNames;
import org.muster.lifecycle.Readiness;

/** Metrics of the pool, of the circuit breaker, and of the credentials. */
record DatabaseMetrics(Database database, Readiness readiness) implements MeterBinder {
    private static final double MILLIS_PER_SECOND = 1e3;

    @Override
    public void bindTo(MeterRegistry registry) {
        new PoolMetrics("muster", database::pool).bindTo(registry);
        bindMuster(new Meters(registry, Tags.empty()));
    }

    private void bindMuster(Meters meters) {
        meters.gauge("muster.ready", readiness::now, now -> now.ready() ? 1 : 0);
        for (var condition : Condition.values()) {
            new Meters(meters.registry(), Tags.of("condition", EnumNames.hyphenated(condition)))
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
        for (var outcome : CommitOutcome.values()) {
            new Meters(meters.registry(), Tags.of("outcome", EnumNames.hyphenated(outcome)))
                    .counter("muster.commits.lost", this::statistics, known -> known.lostCommits(outcome));
        }
        meters.counter("muster.reruns", database::retries, retries -> retries.count());
        meters.counter("muster.replica.reads", database::replicas, of(Replicas::reads));
        meters.counter("muster.replica.behind", database::replicas, of(Replicas::behind));
        meters.counter("muster.replica.stale", database::replicas, of(Replicas::stale));
        for (var source : new String[] {"secret", "environment"}) {
            new Meters(meters.registry(), Tags.of("source", source))
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

    /** A figure of the replicas; 0 if there are none. */
    private static ToDoubleFunction<Optional<Replicas>> of(ToDoubleFunction<Replicas> figure) {
        return replicas -> replicas.map(figure::applyAsDouble).orElse(0.0);
    }

    private static boolean isSource(CredentialsStatus status, String source) {
        return !status.source().isEmpty() && status.source().equals("environment") == source.equals("environment");
    }

    private PoolStatistics statistics() {
        return database.pool().statistics();
    }

    private CredentialsStatus credentials() {
        return readiness.credentials();
    }
}
