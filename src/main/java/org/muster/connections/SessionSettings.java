package org.muster.connections;

import java.sql.SQLException;
import java.util.HashMap;
import org.postgresql.jdbc.PgConnection;

/** The settings of a session, which are the same for every borrower. Used by one thread at a time. */
final class SessionSettings {
    private final PgConnection connection;
    private final NetworkTimeout networkTimeout;
    private final int holdability;
    private boolean changed;

    SessionSettings(PgConnection connection, NetworkTimeout networkTimeout) throws SQLException {
        this.connection = connection;
        this.networkTimeout = networkTimeout;
        holdability = connection.getHoldability();
    }

    /** Notes that a borrower changes them. */
    void changed() {
        changed = true;
    }

    /** Resets what the borrower has changed. */
    void reset() throws SQLException {
        networkTimeout.endOfUse();
        if (!changed) {
            return;
        }
        connection.setReadOnly(false);
        connection.setHoldability(holdability);
        connection.setTypeMap(new HashMap<>());
        try (var statement = connection.createStatement()) {
            networkTimeout.forPing();
            statement.execute("RESET ALL");
        }
        changed = false;
    }
}
