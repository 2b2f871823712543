package org.muster.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.muster.database.Database;
import org.muster.lifecycle.Readiness;

/** The meter registry of the application. */
@ApplicationScoped
public class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollections = new JvmGcMetrics();
    private final LongAdder refusals = new LongAdder();
    private Optional<ReplicaMetrics> replicas = Optional.empty();

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    @PostConstruct
    void register() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbageCollections.bindTo(registry);
        new DatabaseMetrics(database, readiness).bindTo(registry);
    }

    @PreDestroy
    void close() {
        garbageCollections.close();
        registry.close();
    }

    /** Records the status of an answer of the API. */
    void recordStatus(int status) {
        if (status == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            refusals.increment();
        }
    }

    /** Returns the number of requests to the API that were answered with 503. */
    public long refusals() {
        return refusals.sum();
    }

    /** Counts a request that a limit has refused. */
    public void countRefusal(String limit) {
        registry.counter("muster.limits.refused", "limit", limit).increment();
    }

    /** Counts a security event. */
    public void countSecurityEvent(String event) {
        registry.counter("muster.security.events", "event", event).increment();
    }

    /** Counts a new password that was looked up among those of data breaches, with this outcome. */
    public void countBreachedPasswordCheck(String outcome) {
        registry.counter("muster.breached.password.checks", "outcome", outcome).increment();
    }

    /** Counts attempts to send mail with this outcome. */
    public void countMail(String outcome, int attempts) {
        registry.counter("muster.mail.attempts", "outcome", outcome).increment(attempts);
    }

    /** Counts attempts to push a message with this outcome. */
    public void countPush(String outcome, int attempts) {
        registry.counter("muster.push.attempts", "outcome", outcome).increment(attempts);
    }

    /** Registers a figure that is read at each scrape. */
    public void gauge(String name, Supplier<Number> figure) {
        Gauge.builder(name, figure).strongReference(true).register(registry);
    }

    MeterRegistry registry() {
        return registry;
    }

    String scrape() {
        replicas().ifPresent(ReplicaMetrics::update);
        return registry.scrape();
    }

    /** Registered late, because start-up may come after the first use of this class. */
    private synchronized Optional<ReplicaMetrics> replicas() {
        if (replicas.isEmpty()) {
            replicas = database.replicas().map(known -> new ReplicaMetrics(known, registry));
        }
        return replicas;
    }
}
