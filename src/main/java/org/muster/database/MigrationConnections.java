package org.muster.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.muster.connections.ConnectionFactory;

/** Connections for migrations, outside the pool: without a limit on how long an answer may take. */
public final class MigrationConnections implements DataSource {
    private final ConnectionFactory factory;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    public MigrationConnections(ConnectionFactory factory) {
        this.factory = factory;
    }

    @Override
    public Connection getConnection() throws SQLException {
        var connection = factory.unpooled().open("muster migration");
        connection.setNetworkTimeout(Runnable::run, 0);
        open.removeIf(MigrationConnections::isClosed);
        open.add(connection);
        return connection;
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException broken) {
            return true;
        }
    }

    /** Ends all connections at once. The database rolls a running migration back. */
    public void abort() {
        for (var connection : open) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException ended) {
                // As intended.
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {
        // Ignored: the driver logs through java.util.logging.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // Ignored: the factory has its own time limits.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.muster");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException("MigrationConnections does not wrap another object");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
