package org.muster.operator;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.muster.connections.ConnectionFactory;
import org.muster.database.Database;
import org.muster.lifecycle.Readiness;
import org.muster.metrics.Metrics;
import org.muster.operator.StatusSnapshot.Counts;
import org.muster.problems.Problem;

/**
 * Observes the database connections ten times a second, keeps their recent history, and sends it to subscribers: every second,
 * and at once when the state changes. Its thread never waits for the database or for a subscriber.
 */
@ApplicationScoped
public class StatusMonitor {
    private static final Logger LOG = System.getLogger(StatusMonitor.class.getName());
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MAX_SUBSCRIBERS = 20;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    @Inject
    Metrics metrics;

    private final Incidents incidents = new Incidents();
    private final History history = new History();
    private final Set<StatusSubscriber> subscribers = ConcurrentHashMap.newKeySet();
    private DatabaseStatus json;
    private StatusSnapshot snapshot;
    private List<Object> publishedState = List.of();
    private List<Incident> publishedIncidents = List.of();
    private long publishedSlowCount;
    private volatile boolean stopped;

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        json = new DatabaseStatus(database, readiness);
        observe();
        threads.newThread(this::run).start();
    }

    @PreDestroy
    void stop() {
        stopped = true;
        subscribers.forEach(StatusSubscriber::close);
    }

    /** Returns the complete status. */
    synchronized JsonObject status() {
        return json.now(snapshot, verdict(), history)
                .add("slowStatements", DatabaseStatus.slowStatements(database.slowStatements()))
                .add("incidents", DatabaseStatus.incidents(incidents.recent()))
                .add("history", DatabaseStatus.history(history.seconds()))
                .build();
    }

    /**
     * Adds a subscriber, which gets the complete status first.
     *
     * @throws Problem 503 if there are {@value #MAX_SUBSCRIBERS} subscribers already
     */
    void subscribe(StatusSubscriber subscriber) {
        if (subscriber.closed()) {
            return;
        }
        if (subscribers.size() >= MAX_SUBSCRIBERS) {
            throw Problem.busy();
        }
        subscribers.add(subscriber);
    }

    private void run() {
        var next = System.nanoTime();
        while (!stopped) {
            try {
                observe();
            } catch (RuntimeException defect) {
                LOG.log(Level.ERROR, "Cannot observe the database connections", defect);
            }
            next = Math.max(next + INTERVAL, System.nanoTime());
            try {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    private synchronized void observe() {
        snapshot = snapshot();
        incidents.observe(snapshot);
        var second = history.add(snapshot);
        var state = state();
        if (second || !state.equals(publishedState)) {
            publishedState = state;
            publish(second);
        }
    }

    private StatusSnapshot snapshot() {
        var pool = database.pool();
        var statistics = pool.statistics();
        return new StatusSnapshot(
                Instant.now(),
                readiness.started(),
                readiness.leaving(),
                readiness.now(),
                pool.figures(),
                pool.factory().map(ConnectionFactory::opening).orElse(0),
                pool.breaker().outage(),
                pool.breaker().lastOutage(),
                statistics.waits().snapshot(),
                statistics.uses().snapshot(),
                statistics.timeouts(),
                new Counts(metrics.refusals(), database.retries().count(), statistics.lostConnections()),
                readiness.credentials());
    }

    /** Returns the values whose change is published at once. */
    private List<Object> state() {
        var verdict = verdict();
        var credentials = snapshot.credentials();
        return List.of(
                verdict.level(),
                verdict.cause(),
                verdict.sqlState(),
                snapshot.readiness().ready(),
                snapshot.outage().isPresent(),
                incidents.recent().size(),
                incidents.recent().stream().filter(Incident::isOver).count(),
                database.slowStatements().count(),
                credentials.source(),
                credentials.changed(),
                credentials.failing());
    }

    private void publish(boolean second) {
        subscribers.removeIf(subscriber -> {
            var over = subscriber.closed();
            if (over) {
                subscriber.close();
            }
            return over;
        });
        if (subscribers.isEmpty()) {
            return;
        }
        var now = json.now(snapshot, verdict(), history);
        if (second) {
            now.add("history", DatabaseStatus.history(List.of(history.last())));
        }
        var last = incidents.recent();
        if (!last.equals(publishedIncidents)) {
            publishedIncidents = last;
            now.add("incidents", DatabaseStatus.incidents(last));
        }
        var slow = database.slowStatements();
        if (slow.count() != publishedSlowCount) {
            publishedSlowCount = slow.count();
            now.add("slowStatements", DatabaseStatus.slowStatements(slow));
        }
        var update = now.build().toString();
        subscribers.forEach(subscriber -> subscriber.send(update, () -> status().toString()));
    }

    private Verdict verdict() {
        return incidents.verdict().orElseThrow();
    }
}
