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
import org.muster.lifecycle.GracefulShutdown;
import org.muster.lifecycle.Readiness;
import org.muster.metrics.Metrics;

/** Sends what is in the outbox, in a thread of its own, while the database is available. Several nodes do this at the same time. */
@ApplicationScoped
public class MailSender {
    private static final Logger LOG = System.getLogger(MailSender.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);

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

    private void run() {
        var outbox = new Outbox(database.sql(pool));
        var figures = new MailMetrics(metrics, outbox);
        try {
            if (announce(outbox)) {
                deliver(outbox, figures);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * From now on, notices are made; or no more.
     *
     * @return whether mail is to be sent
     */
    private boolean announce(Outbox outbox) throws InterruptedException {
        while (true) {
            if (readiness.accepting()) {
                try {
                    var wanted = mailing.enabled() && (!mailing.previewed() || ofDeveloper(outbox));
                    outbox.enable(wanted, mailing.sends());
                    return wanted;
                } catch (DatabaseException unavailable) {
                    // Tried again.
                }
            }
            Thread.sleep(INTERVAL.toMillis());
        }
    }

    private static boolean ofDeveloper(Outbox outbox) {
        var own = outbox.ofDeveloper();
        if (!own) {
            LOG.log(Level.ERROR, "Mail is not shown: the database is not the one that mvn -Prun starts");
        }
        return own;
    }

    private void deliver(Outbox outbox, MailMetrics figures) throws InterruptedException {
        try (var client = mailing.client()) {
            var deliveries = new Deliveries(outbox, client, figures);
            while (true) {
                var pause = INTERVAL;
                // The shutdown waits for a mail that is being sent, as for a request.
                if (readiness.accepting() && !readiness.leaving() && shutdown.begin()) {
                    try {
                        pause = deliver(deliveries);
                    } finally {
                        shutdown.end();
                    }
                }
                Thread.sleep(pause.toMillis());
            }
        }
    }

    private static Duration deliver(Deliveries deliveries) {
        try {
            return deliveries.next();
        } catch (DatabaseException unavailable) {
            // The outbox waits.
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, "Mail could not be sent", defect);
        }
        return INTERVAL;
    }
}
