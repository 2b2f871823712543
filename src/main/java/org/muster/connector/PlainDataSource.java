package org.muster.connector;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A data source that opens connections, and has nothing that could be set. */
public abstract class PlainDataSource implements DataSource {
    /** Ignores the user and the password: the application has the credentials. */
    @Override
    public final Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public final PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public final void setLogWriter(PrintWriter writer) {
        // Ignored: the driver logs through java.util.logging.
    }

    @Override
    public final void setLoginTimeout(int seconds) {
        // Ignored: the application has its own timeouts.
    }

    @Override
    public final int getLoginTimeout() {
        return 0;
    }

    @Override
    public final Logger getParentLogger() {
        return Logger.getLogger("org.muster");
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException(getClass().getSimpleName() + " does not wrap another object");
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
