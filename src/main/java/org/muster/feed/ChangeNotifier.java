package org.muster.feed;

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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.DatabaseException;

/**
 * Notifies all nodes after this one has committed, so that they read what has changed. Gathers what is committed meanwhile: at most
 * one notification an interval, whatever the load. One that cannot be sent is not sent later: the nodes also read without.
 */
@ApplicationScoped
public class ChangeNotifier {
    private static final Logger LOG = System.getLogger(ChangeNotifier.class.getName());

    static final String CHANNEL = "muster_commit";

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private static final String NOTIFY = """
            SELECT pg_notify(?, '')
            """;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    private final BlockingQueue<Boolean> committed = new ArrayBlockingQueue<>(1);
    private Thread thread;

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        thread = threads.newThread(this::run);
        thread.start();
        database.onCommit(() -> committed.offer(true));
    }

    @PreDestroy
    void stop() {
        database.onCommit(() -> {});
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        var sql = database.sql(pool);
        try {
            while (true) {
                committed.take();
                try {
                    sql.list(NOTIFY, row -> CHANNEL, CHANNEL);
                } catch (DatabaseException unsent) {
                    // The nodes read what has changed all the same, a little later.
                } catch (RuntimeException defect) {
                    LOG.log(Level.ERROR, "Other nodes could not be notified of changes", defect);
                }
                Thread.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
