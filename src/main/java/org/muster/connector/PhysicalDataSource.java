package org.muster.connector;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.Driver;

/** What the server's pool calls for each physical connection: dials with the login that is current at that moment. */
public final class PhysicalDataSource implements DataSource {
    private static final Driver DRIVER = new Driver();
    private static final Set<Connection> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Registry.count(PhysicalDataSource::open);
    }

    /**
     * Opens a connection; if the login is refused, once more with the one that replaces it.
     *
     * @throws SQLException as the driver says, or 08001 while the application has not offered a login
     */
    @Override
    public Connection getConnection() throws SQLException {
        var logins = Registry.logins()
                .orElseThrow(() -> new SQLException("Muster has not loaded its database credentials yet", "08001"));
        var login = logins.apply(Map.of());
        try {
            return dial(login);
        } catch (SQLException refused) {
            if (refused.getSQLState() == null || !refused.getSQLState().startsWith("28")) {
                throw refused;
            }
            var newer = logins.apply(login);
            if (newer.equals(login)) {
                throw refused;
            }
            return dial(newer);
        }
    }

    /** As {@link #getConnection()}: a pool has no credentials of its own. */
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    private static Connection dial(Map<String, String> login) throws SQLException {
        var properties = new Properties();
        properties.putAll(login);
        var networkTimeout = (String) properties.remove(Registry.NETWORK_TIMEOUT);
        var connection = DRIVER.connect((String) properties.remove("url"), properties);
        connection.setNetworkTimeout(Runnable::run, networkTimeout == null ? 0 : Integer.parseInt(networkTimeout));
        open();
        OPEN.add(connection);
        return connection;
    }

    private static int open() {
        OPEN.removeIf(PhysicalDataSource::closed);
        return OPEN.size();
    }

    private static boolean closed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException broken) {
            return true;
        }
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
        // The login carries its time-outs.
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
