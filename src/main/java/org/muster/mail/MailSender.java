package org.muster.mail;

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
import org.muster.lifecycle.BackgroundThread;
import org.muster.lifecycle.GracefulShutdown;
import org.muster.lifecycle.Readiness;
import org.muster.metrics.Metrics;

/** Sends what is in the outbox, in a thread of its own, while the database is available. Several nodes do this at the same time. */
@ApplicationScoped
public class MailSender {
    private static final Logger LOG = System.getLogger(MailSender.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMinutes(1);
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
    Mailing mailing;

    @Inject
    Metrics metrics;

    @Inject
    Readiness readiness;

    private final BackgroundThread thread = new BackgroundThread();
    private long announceAt = System.nanoTime();

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        thread.start(threads, this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    private void run() throws InterruptedException {
        var outbox = new Outbox(database.sql(pool));
        var figures = new MailMetrics(metrics, outbox);
        try {
            if (mailing.enabled()) {
                deliver(outbox, figures);
            } else {
                BackgroundThread.repeat(() -> cleanUp(outbox), CLEAN_UP_INTERVAL, "The outbox could not be cleaned up");
            }
        } catch (LinkageError missing) {
            LOG.log(Level.ERROR, "Mail cannot be sent: this server lacks Jakarta Mail", missing);
        }
    }

    private void deliver(Outbox outbox, MailMetrics figures) throws InterruptedException {
        try (var client = mailing.client()) {
            var deliveries = new Deliveries(outbox, client, figures);
            BackgroundThread.repeat(
                    shutdown.awaited(() -> attempt(outbox, deliveries), INTERVAL), INTERVAL, "Mail could not be sent");
        }
    }

    private Duration attempt(Outbox outbox, Deliveries deliveries) {
        if (System.nanoTime() - announceAt >= 0) {
            if (mailing.previewed() && !outbox.ofDeveloper()) {
                LOG.log(Level.ERROR, "Mail is not shown: the database is not the one that mvn -Prun starts");
                return PAUSE;
            }
            outbox.enable(mailing.sends());
            announceAt = System.nanoTime() + PAUSE.toNanos();
        }
        return deliveries.next();
    }

    /** Where no mail is sent any more, nobody is to read what was to be sent. */
    private Duration cleanUp(Outbox outbox) {
        if (readiness.accepting() && !readiness.leaving()) {
            try {
                if (outbox.disable()) {
                    LOG.log(Level.WARNING, "No node sends mail any more: what happens from now on is told to nobody");
                }
                outbox.expire();
            } catch (DatabaseException unavailable) {
                // Tried again.
            }
        }
        return readiness.accepting() ? CLEAN_UP_INTERVAL : INTERVAL;
    }
}
