package org.muster.connections;

import org.postgresql.jdbc.PgConnection;

/** What the server at the other end of a connection has last reported about itself. */
final class ServerStatus {
    private ServerStatus() {}

    /** Whether it is a standby. */
    static boolean standby(PgConnection connection) {
        return "on".equals(connection.getParameterStatus("in_hot_standby"));
    }

    /** Whether the session accepts reads only, as its database, role or server is set. */
    static boolean readOnlyByDefault(PgConnection connection) {
        return "on".equals(connection.getParameterStatus("default_transaction_read_only"));
    }
}
