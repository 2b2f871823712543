package org.muster.feed;

import static org.muster.Await.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.muster.run.EmbeddedDatabase;

/**
 * Holds the lock of the whole database that a commit with a notification takes, until closed: such a commit holds it until it is
 * durable, here until a standby that does not exist has it.
 */
final class BlockedNotifications implements AutoCloseable {
    private final EmbeddedDatabase database;
    private final Connection notifying;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AtomicBoolean blocking = new AtomicBoolean(true);
    private final Future<Void> blocked;

    BlockedNotifications(EmbeddedDatabase database) throws SQLException {
        this.database = database;
        notifying = database.connectAsSuperuser();
        var statement = notifying.createStatement();
        statement.execute("SET synchronous_commit = on");
        sql("ALTER SYSTEM SET synchronous_standby_names = 'none'");
        blocked = executor.submit(() -> {
            while (blocking.get()) {
                statement.execute("NOTIFY elsewhere");
            }
            return null;
        });
        await("the lock", Duration.ofSeconds(20), this::held);
    }

    boolean held() throws SQLException {
        return database.sessions("wait_event = 'SyncRep'") == 1;
    }

    private void sql(String text) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(text);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @Override
    public void close() throws SQLException {
        blocking.set(false);
        sql("ALTER SYSTEM RESET synchronous_standby_names");
        await("the end of the notification", Duration.ofSeconds(20), blocked::isDone);
        executor.shutdownNow();
        notifying.close();
    }
}
