package org.muster.connector;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** What the server's pool calls for each physical connection: has the application open it. */
public final class PhysicalDataSource implements DataSource {
    /**
     * Opens a connection.
     *
     * @throws SQLException as the application says, or 08001 while there is none
     */
    @Override
    public Connection getConnection() throws SQLException {
        var opener = Registry.opener()
                .orElseThrow(() -> new SQLException("Muster has not loaded its database credentials yet", "08001"));
        try {
            return opener.call();
        } catch (SQLException | RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As {@link #getConnection()}: a pool has no credentials of its own. */
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
        // The driver logs through java.util.logging.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The application has its own time-outs.
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
        throw new SQLFeatureNotSupportedException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
