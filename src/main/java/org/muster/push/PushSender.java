package org.muster.push;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.lifecycle.GracefulShutdown;
import org.muster.lifecycle.Readiness;
import org.muster.metrics.Metrics;

/** Pushes what is in the outbox, in a thread of its own, while the database is available. Several nodes do this at the same time. */
@ApplicationScoped
public class PushSender {
    private static final Logger LOG = System.getLogger(PushSender.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration CLEAN_UP_INTERVAL = Duration.ofMinutes(10);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    @Inject
    GracefulShutdown shutdown;

    @Inject
    Metrics metrics;

    @Inject
    PushServer server;

    @Inject
    Readiness readiness;

    private Thread thread;

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        thread = threads.newThread(this::run);
        thread.start();
    }

    @PreDestroy
    void stop() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Something that is done again and again. */
    @FunctionalInterface
    private interface Step {
        /** @return the time to wait before the next */
        Duration run() throws InterruptedException;
    }

    private void run() {
        var outbox = new PushOutbox(database.sql(pool));
        var figures = new PushMetrics(metrics, outbox);
        var step = server.key()
                .<Step>map(key -> new PushDeliveries(outbox, new PushClient(key), figures)::next)
                .orElse(() -> cleanUp(outbox));
        try {
            while (true) {
                Thread.sleep(attempt(step).toMillis());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration attempt(Step step) throws InterruptedException {
        // The shutdown waits for messages that are being sent, as for a request.
        if (!readiness.accepting() || readiness.leaving() || !shutdown.begin()) {
            return INTERVAL;
        }
        try {
            return step.run();
        } catch (DatabaseException unavailable) {
            // The outbox waits.
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, "Messages could not be pushed", defect);
        } finally {
            shutdown.end();
        }
        return INTERVAL;
    }

    /** Where nothing is pushed any more, triggers go on for the subscriptions that there are. */
    private static Duration cleanUp(PushOutbox outbox) {
        outbox.expire();
        return CLEAN_UP_INTERVAL;
    }
}
