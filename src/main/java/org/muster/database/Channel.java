package org.muster.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.muster.connections.ConnectionFactory;
import org.postgresql.PGNotification;
import org.postgresql.jdbc.PgConnection;

/**
 * What the database tells of its own accord ({@code NOTIFY}), on one connection beside the pool, for one thread. What was
 * told while there was none is not told again: whoever opens one looks first what has happened.
 *
 * <p>Every method throws {@link DatabaseException} when the connection is lost.
 */
public final class Channel implements AutoCloseable {
    private static final String APPLICATION = "muster-listen";
    /** A line on which nothing was heard for so long is tested. */
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(10);

    private static final int TEST_SECONDS = 2;

    private final PgConnection connection;
    private long heard = System.nanoTime();

    private Channel(PgConnection connection) {
        this.connection = connection;
    }

    /** @param name a name that needs no quotes */
    static Channel open(ConnectionFactory factory, String name) {
        try {
            var connection = factory.openUnpooled(APPLICATION);
            try (var statement = connection.createStatement()) {
                statement.execute("LISTEN " + name);
            } catch (SQLException failure) {
                connection.close();
                throw failure;
            }
            return new Channel(connection);
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        }
    }

    /** The messages that have come; waits this long for the first. */
    public List<String> next(Duration atMost) {
        try {
            var messages = connection.getNotifications((int) Math.max(1, atMost.toMillis()));
            if (messages != null && messages.length > 0) {
                heard = System.nanoTime();
                return Arrays.stream(messages).map(PGNotification::getParameter).toList();
            }
            if (System.nanoTime() - heard > SILENCE) {
                if (!connection.isValid(TEST_SECONDS)) {
                    throw new SQLException("the connection does not answer", "08006");
                }
                heard = System.nanoTime();
            }
            return List.of();
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException lost) {
            // Then it is closed.
        }
    }
}
