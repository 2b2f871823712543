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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.muster.connections.Opener;
import org.muster.database.DatabaseState;
import org.muster.metrics.Metrics;
import org.muster.operator.Facts.Counts;
import org.muster.problems.Problem;

/**
 * Looks at the connections ten times a second, in a thread that waits for nobody, keeps what there was to see for a while,
 * and shows it to those who watch: every second, and at once when something has happened.
 */
@ApplicationScoped
public class Watch {
    private static final Logger LOG = System.getLogger(Watch.class.getName());
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST = 20;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    DatabaseState database;

    @Inject
    Metrics metrics;

    private final Incidents incidents = new Incidents();
    private final History history = new History();
    private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
    private Picture picture;
    private Facts facts;
    private List<Object> shown = List.of();
    private List<Incident> incidentsShown = List.of();
    private long slowShown;
    private ThreadPoolExecutor senders;
    private volatile boolean stopped;

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        picture = new Picture(database);
        senders = new ThreadPoolExecutor(0, MOST, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        look();
        threads.newThread(this::run).start();
    }

    @PreDestroy
    void stop() {
        stopped = true;
        viewers.forEach(Viewer::close);
        if (senders != null) {
            senders.shutdownNow();
        }
    }

    /** All there is to see now. */
    synchronized JsonObject whole() {
        return picture.now(facts, verdict(), history)
                .add("slowStatements", Picture.slowStatements(database.slowStatements()))
                .add("incidents", Picture.incidents(incidents.last()))
                .add("history", Picture.history(history.seconds()))
                .build();
    }

    /**
     * Lets somebody watch.
     *
     * @throws Problem 503 if there are too many
     */
    void open(Viewer viewer) {
        if (viewer.closed()) {
            return;
        }
        if (viewers.size() >= MOST) {
            throw Problem.busy();
        }
        viewers.add(viewer);
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
        facts = facts();
        incidents.observe(facts);
        var second = history.add(facts);
        var news = news();
        if (second || !news.equals(shown)) {
            shown = news;
            show(second);
        }
    }

    private Facts facts() {
        var connections = database.connections();
        var opener = Optional.ofNullable(database.opener());
        return new Facts(
                Instant.now(),
                database.started(),
                database.stopping(),
                database.now(),
                connections.figures(),
                opener.map(Opener::opening).orElse(0),
                connections.breaker().outage(),
                connections.breaker().lastOutage(),
                connections.waits().spread(),
                connections.uses().spread(),
                connections.timeouts(),
                new Counts(
                        metrics.refusals(),
                        database.reruns(),
                        opener.map(Opener::losses).orElse(0L)),
                database.credentials());
    }

    /** What is shown at once when it changes. */
    private List<Object> news() {
        var verdict = verdict();
        var credentials = facts.credentials();
        return List.of(
                verdict.level(),
                verdict.cause(),
                verdict.sqlState(),
                facts.now().ready(),
                facts.outage().isPresent(),
                incidents.last().size(),
                incidents.last().stream().filter(Incident::over).count(),
                database.slowStatements().count(),
                credentials.source(),
                credentials.changed(),
                credentials.failing());
    }

    private void show(boolean second) {
        viewers.removeIf(viewer -> {
            if (viewer.closed()) {
                viewer.close();
            }
            return viewer.closed();
        });
        if (viewers.isEmpty()) {
            return;
        }
        var now = picture.now(facts, verdict(), history);
        if (second) {
            now.add("history", Picture.history(List.of(history.last())));
        }
        var last = incidents.last();
        if (!last.equals(incidentsShown)) {
            incidentsShown = last;
            now.add("incidents", Picture.incidents(last));
        }
        var slow = database.slowStatements();
        if (slow.count() != slowShown) {
            slowShown = slow.count();
            now.add("slowStatements", Picture.slowStatements(slow));
        }
        var news = now.build().toString();
        viewers.forEach(viewer -> viewer.show(news, () -> whole().toString(), senders));
    }

    private Verdict verdict() {
        return incidents.verdict().orElseThrow();
    }
}
