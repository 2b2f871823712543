package org.muster.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.muster.connections.ConnectionFactory;
import org.postgresql.PGNotification;
import org.postgresql.jdbc.PgConnection;

/**
 * Receives the notifications ({@code NOTIFY}) of a PostgreSQL channel, on a dedicated connection outside the pool. Used by one
 * thread. Notifications that are sent while no channel is open are lost: read the current state after opening one.
 *
 * <p>All methods but {@link #close} throw {@link DatabaseException} if the connection is lost.
 */
public final class Channel implements AutoCloseable {
    private static final String APPLICATION = "muster-listen";
    /** The connection is validated after this time without a notification. */
    private static final long VALIDATION_INTERVAL = TimeUnit.SECONDS.toNanos(10);

    private static final int VALIDATION_TIMEOUT_SECONDS = 2;

    /** Empty if there is no session to listen in. */
    private final Optional<PgConnection> session;

    private long aliveAt = System.nanoTime();

    private Channel(Optional<PgConnection> session) {
        this.session = session;
    }

    /** Receives nothing, because a pooler keeps no session: whoever waits for notifications has to look by itself. */
    static Channel silent() {
        return new Channel(Optional.empty());
    }

    /**
     * Opens a connection and listens on a channel.
     *
     * @param name the channel's name, an SQL identifier that needs no quotes
     */
    static Channel open(ConnectionFactory factory, String name) {
        try {
            var connection = factory.unpooled().open(APPLICATION);
            try (var statement = connection.createStatement()) {
                statement.execute("LISTEN " + name);
            } catch (SQLException failure) {
                connection.close();
                throw failure;
            }
            return new Channel(Optional.of(connection));
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        }
    }

    /**
     * Returns the payloads of the notifications that have arrived.
     *
     * @param timeout the maximum time to wait for the first one
     * @return the payloads in order; empty if none arrived in time
     */
    public List<String> next(Duration timeout) {
        return session.map(connection -> next(connection, timeout)).orElseGet(() -> pause(timeout));
    }

    private static List<String> pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
            return List.of();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw DatabaseException.executing(new SQLException("interrupted", "57P01", stopping));
        }
    }

    private List<String> next(PgConnection connection, Duration timeout) {
        try {
            var messages = connection.getNotifications((int) Math.max(1, timeout.toMillis()));
            if (messages != null && messages.length > 0) {
                aliveAt = System.nanoTime();
                return Arrays.stream(messages).map(PGNotification::getParameter).toList();
            }
            if (System.nanoTime() - aliveAt > VALIDATION_INTERVAL) {
                if (!connection.isValid(VALIDATION_TIMEOUT_SECONDS)) {
                    throw new SQLException("the connection does not answer", "08006");
                }
                aliveAt = System.nanoTime();
            }
            return List.of();
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        }
    }

    @Override
    public void close() {
        session.ifPresent(Channel::close);
    }

    private static void close(PgConnection connection) {
        try {
            connection.close();
        } catch (SQLException lost) {
            // It is closed already.
        }
    }
}
