package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.jdbc.PgConnection;

/**
 * How long a connection waits for any answer: as long as a ping may take, unless a borrower runs statements. The limit on the
 * socket is changed only when it has to be. Used by one thread at a time.
 */
final class NetworkTimeout {
    private enum Limit {
        PING,
        STATEMENT,
        /** The borrower's own, which lasts until the connection is returned. */
        CUSTOM
    }

    private final PgConnection connection;
    private final Timeouts timeouts;
    private Limit limit;

    NetworkTimeout(PgConnection connection, Timeouts timeouts) throws SQLException {
        this.connection = connection;
        this.timeouts = timeouts;
        apply(Limit.PING, timeouts.ping());
    }

    /** For what takes one round trip. */
    void forPing() throws SQLException {
        if (limit != Limit.PING) {
            apply(Limit.PING, timeouts.ping());
        }
    }

    /** For a borrower's statements: the database cancels one that takes too long, this is for when it cannot. */
    void forStatements() throws SQLException {
        if (limit == Limit.PING) {
            apply(Limit.STATEMENT, timeouts.network());
        }
    }

    /** For the borrower's own limit. */
    void custom(Duration timeout) throws SQLException {
        apply(Limit.CUSTOM, timeout);
    }

    /** The borrower's own limit, if it set one, ends with its use of the connection. */
    void endOfUse() throws SQLException {
        if (limit == Limit.CUSTOM) {
            forPing();
        }
    }

    private void apply(Limit which, Duration timeout) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
        limit = which;
    }
}
