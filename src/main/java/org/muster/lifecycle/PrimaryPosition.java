package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.muster.connections.GuardedPool;
import org.muster.database.LogPositions;

/**
 * Asks the primary at which position of its write-ahead log it is, on a connection outside the pool. Run again and again, in a thread
 * of its own.
 */
final class PrimaryPosition implements Runnable, AutoCloseable {
    private static final Logger LOG = System.getLogger(PrimaryPosition.class.getName());
    private static final String APPLICATION = "muster-position";
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    private static final String POSITION = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint AS position";

    private final GuardedPool primary;
    private final LogPositions positions;
    private volatile Connection connection;

    PrimaryPosition(GuardedPool primary, LogPositions positions) {
        this.primary = primary;
        this.positions = positions;
    }

    @Override
    public void run() {
        // While there is no primary, the monitor finds out when there is one again.
        if (primary.breaker().outage().isPresent()) {
            positions.lost();
            close();
            return;
        }
        if (primary.statistics().uses().count() == 0) {
            return;
        }
        try {
            if (connection == null) {
                connection = primary.factory().orElseThrow().unpooled().open(APPLICATION);
                connection.setNetworkTimeout(Runnable::run, (int) ANSWER_TIMEOUT.toMillis());
            }
            ask();
        } catch (SQLException failure) {
            LOG.log(Level.DEBUG, "The primary does not say at which position it is", failure);
            positions.lost();
            close();
        } catch (RuntimeException defect) {
            // If it were thrown, the executor would never run this again.
            LOG.log(Level.ERROR, "The position of the primary cannot be asked for", defect);
        }
    }

    private void ask() throws SQLException {
        var at = System.nanoTime();
        try (var statement = connection.prepareStatement(POSITION);
                var row = statement.executeQuery()) {
            row.next();
            positions.add(row.getLong("position"), at);
        }
    }

    @Override
    public void close() {
        var open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException lost) {
                // It is closed already.
            }
        }
    }
}
