package org.muster.connector;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * The equivalent of {@link PhysicalDataSource} for servers whose pools require a JDBC driver. Its URL is {@code jdbc:muster:}, followed
 * by the name of the pool.
 */
public final class PhysicalDriver implements Driver {
    private static final String URL = "jdbc:muster:";

    /** Returns null for any other URL, as the {@link Driver} interface requires. */
    @Override
    public Connection connect(String url, Properties properties) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        var source = new PhysicalDataSource();
        source.setPool(url.substring(URL.length()));
        return source.getConnection();
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(URL);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.muster");
    }
}
