package org.muster.connector;

import java.sql.Connection;
import java.sql.SQLException;

/** The data source that a pool of the server opens its physical connections with. It delegates to the application. */
public final class PhysicalDataSource extends PlainDataSource {
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
}
