package org.muster.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.muster.connections.ConnectionFactory;
import org.muster.connector.PlainDataSource;

/** Connections for migrations, outside the pool: without a limit on how long an answer may take. */
public final class MigrationConnections extends PlainDataSource {
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
        return factory.unpooled().areSessions() ? connection : withoutTimeouts(connection);
    }

    /** The connection, each of whose transactions begins with time limits of its own, as a pooler keeps none for a session. */
    private static Connection withoutTimeouts(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                MigrationConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    try {
                        var result = method.invoke(connection, arguments);
                        if (method.getName().equals("setAutoCommit") && !(boolean) arguments[0]) {
                            SchemaObjects.text(connection, Schema.WITHOUT_TIMEOUTS_LOCALLY);
                        }
                        return result;
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
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
}
