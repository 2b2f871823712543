package org.muster.lifecycle;

import java.sql.SQLException;
import org.muster.connections.Condition;
import org.muster.connections.ConnectionFactory;
import org.postgresql.jdbc.PgConnection;

/** Finds out whether a pooler lends one connection of the database to several sessions, which must be told in the settings. */
final class PoolerDetection {
    /** Another client of the pooler may get the connection in between. */
    private static final int ATTEMPTS = 5;

    private static final String SESSION = "SELECT pg_backend_pid()";

    private final ConnectionFactory factory;

    PoolerDetection(ConnectionFactory factory) {
        this.factory = factory;
    }

    /**
     * Checks that the database's sessions are Muster's own, unless the settings say that they are not.
     *
     * @throws SQLException if two connections share one, with SQLSTATE 08P01; or if the database cannot be asked
     */
    void requireSessions() throws SQLException {
        if (factory.pooled()) {
            return;
        }
        try (var one = factory.unpooled().open("muster")) {
            if (session(one) == one.getBackendPID()) {
                return;
            }
            try (var other = factory.unpooled().open("muster")) {
                for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
                    if (session(one) == session(other)) {
                        throw new SQLException(Condition.SHARED_SESSION, "08P01");
                    }
                }
            }
        }
    }

    private static int session(PgConnection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(SESSION)) {
            row.next();
            return row.getInt(1);
        }
    }
}
