package org.muster.push;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.lifecycle.BackgroundThread;
import org.muster.lifecycle.BackgroundThread.Step;
import org.muster.lifecycle.GracefulShutdown;
import org.muster.metrics.Metrics;

/** Pushes what is in the outbox, in a thread of its own, while the database is available. Several nodes do this at the same time. */
@ApplicationScoped
public class PushSender {
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

    private final BackgroundThread thread = new BackgroundThread();

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        thread.start(threads, this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    private void run() throws InterruptedException {
        var outbox = new PushOutbox(database.sql(pool));
        var figures = new PushMetrics(metrics, outbox);
        var step = server.key()
                .<Step>map(key -> new PushDeliveries(outbox, new PushClient(key), figures)::next)
                .orElse(() -> cleanUp(outbox));
        BackgroundThread.repeat(shutdown.awaited(step, INTERVAL), INTERVAL, "Messages could not be pushed");
    }

    /** Where nothing is pushed any more, triggers go on for the subscriptions that there are. */
    private static Duration cleanUp(PushOutbox outbox) {
        outbox.expire();
        return CLEAN_UP_INTERVAL;
    }
}
