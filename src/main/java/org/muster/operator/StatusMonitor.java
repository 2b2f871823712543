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
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.muster.connections.ConnectionFactory;
import org.muster.database.Database;
import org.muster.lifecycle.Readiness;
import org.muster.metrics.Metrics;
import org.muster.operator.StatusSnapshot.Counts;
import org.muster.problems.Problem;

/**
 * Looks at the connections ten times a second, in a thread that waits for nobody, keeps what there was to see for a while,
 * and shows it to those who watch: every second, and at once when something has happened.
 */
@ApplicationScoped
public class StatusMonitor {
    private static final Logger LOG = System.getLogger(StatusMonitor.class.getName());
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST = 20;

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
    private DatabaseStatus status;
    private StatusSnapshot snapshot;
    private List<Object> shown = List.of();
    private List<Incident> incidentsShown = List.of();
    private long slowShown;
    private ThreadPoolExecutor senders;
    private volatile boolean stopped;

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        status = new DatabaseStatus(database, readiness);
        senders = new ThreadPoolExecutor(0, MOST, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        look();
        threads.newThread(this::run).start();
    }

    @PreDestroy
    void stop() {
        stopped = true;
        subscribers.forEach(StatusSubscriber::close);
        if (senders != null) {
            senders.shutdownNow();
        }
    }

    /** All there is to see now. */
    synchronized JsonObject whole() {
        return status.now(snapshot, verdict(), history)
                .add("slowStatements", DatabaseStatus.slowStatements(database.slowStatements()))
                .add("incidents", DatabaseStatus.incidents(incidents.last()))
                .add("history", DatabaseStatus.history(history.seconds()))
                .build();
    }

    /**
     * Lets somebody watch.
     *
     * @throws Problem 503 if there are too many
     */
    void open(StatusSubscriber subscriber) {
        if (subscriber.closed()) {
            return;
        }
        if (subscribers.size() >= MOST) {
            throw Problem.busy();
        }
        subscribers.add(subscriber);
    }

    private void run() {
        var next = System.nanoTime();
        while (!stopped) {
            try {
                look();
            } catch (RuntimeException defect) {
                LOG.log(Level.ERROR, "The connections could not be looked at", defect);
            }
            next = Math.max(next + INTERVAL, System.nanoTime());
            try {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    private synchronized void look() {
        snapshot = snapshot();
        incidents.observe(snapshot);
        var second = history.add(snapshot);
        var news = news();
        if (second || !news.equals(shown)) {
            shown = news;
            show(second);
        }
    }

    private StatusSnapshot snapshot() {
        var pool = database.pool();
        var statistics = pool.statistics();
        return new StatusSnapshot(
                Instant.now(),
                readiness.started(),
                readiness.stopping(),
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

    /** What is shown at once when it changes. */
    private List<Object> news() {
        var verdict = verdict();
        var credentials = snapshot.credentials();
        return List.of(
                verdict.level(),
                verdict.cause(),
                verdict.sqlState(),
                snapshot.now().ready(),
                snapshot.outage().isPresent(),
                incidents.last().size(),
                incidents.last().stream().filter(Incident::over).count(),
                database.slowStatements().count(),
                credentials.source(),
                credentials.changed(),
                credentials.failing());
    }

    private void show(boolean second) {
        subscribers.removeIf(subscriber -> {
            if (subscriber.closed()) {
                subscriber.close();
            }
            return subscriber.closed();
        });
        if (subscribers.isEmpty()) {
            return;
        }
        var now = status.now(snapshot, verdict(), history);
        if (second) {
            now.add("history", DatabaseStatus.history(List.of(history.last())));
        }
        var last = incidents.last();
        if (!last.equals(incidentsShown)) {
            incidentsShown = last;
            now.add("incidents", DatabaseStatus.incidents(last));
        }
        var slow = database.slowStatements();
        if (slow.count() != slowShown) {
            slowShown = slow.count();
            now.add("slowStatements", DatabaseStatus.slowStatements(slow));
        }
        var news = now.build().toString();
        subscribers.forEach(subscriber -> subscriber.show(news, () -> whole().toString(), senders));
    }

    private Verdict verdict() {
        return incidents.verdict().orElseThrow();
    }
}
