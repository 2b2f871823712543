package org.muster.feed;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.Sql;
import org.muster.lifecycle.BackgroundThread;

/**
 * Notifies all nodes after this one has committed, so that they read what has changed. Gathers what is committed meanwhile: at most
 * one notification an interval, whatever the load. One that cannot be sent is not sent later: the nodes also read without.
 */
@ApplicationScoped
public class ChangeNotifier {
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
    private final BackgroundThread thread = new BackgroundThread();

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        thread.start(threads, this::run);
        database.onCommit(() -> committed.offer(true));
    }

    @PreDestroy
    void stop() {
        database.onCommit(() -> {});
        thread.stop();
    }

    private void run() throws InterruptedException {
        var sql = database.sql(pool);
        BackgroundThread.repeat(() -> awaitAndNotify(sql), INTERVAL, "Other nodes could not be notified of changes");
    }

    private Duration awaitAndNotify(Sql sql) throws InterruptedException {
        committed.take();
        sql.list(NOTIFY, row -> CHANNEL, CHANNEL);
        return INTERVAL;
    }
}
