package org.muster.connector;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** The data source that a pool of the server opens its physical connections with. It delegates to the application. */
public final class PhysicalDataSource implements DataSource {
    private volatile String pool = Registry.PRIMARY;

    /**
     * Sets which pool it is for, as a property of the server's configuration.
     *
     * @param name {@link Registry#REPLICA}; not set for the pool of the primary
     */
    public void setPool(String name) {
        pool = name;
    }

    /** Returns which pool it is for. */
    public String getPool() {
        return pool;
    }

    /**
     * Opens a physical connection.
     *
     * @throws SQLException if the application cannot open one; with SQLSTATE 08001 if no application has registered
     */
    @Override
    public Connection getConnection() throws SQLException {
        var factory = Registry.connectionFactory(pool)
                .orElseThrow(() -> new SQLException("Muster has not loaded its database credentials yet", "08001"));
        try {
            return factory.call();
        } catch (SQLException | RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Ignores the user and the password: the application has the credentials. */
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
        // Ignored: the application has its own timeouts.
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
        throw new SQLFeatureNotSupportedException("PhysicalDataSource does not wrap another object");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
