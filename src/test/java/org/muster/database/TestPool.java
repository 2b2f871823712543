package org.muster.database;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.muster.run.EmbeddedDatabase;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A data source for tests of models without a server: a real PostgreSQL with Muster's schema, shared by all tests of the run.
 * Inside {@link #inTransaction}, all statements use one connection.
 */
public final class TestPool implements DataSource {
    private static final TestPool SHARED = new TestPool(EmbeddedDatabase.temporary());

    private final EmbeddedDatabase database;
    private final PGSimpleDataSource connections = new PGSimpleDataSource();
    private final ThreadLocal<Connection> transaction = new ThreadLocal<>();

    private TestPool(EmbeddedDatabase database) {
        this.database = database;
        connections.setURL(database.url());
        connections.setUser(database.user());
        connections.setPassword(database.password());
        try {
            new Schema(connections, true).migrate();
        } catch (SchemaException | SQLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns the shared instance. */
    public static TestPool shared() {
        return SHARED;
    }

    /** Runs statements on it, as the application does. */
    public Sql sql() {
        return new Database().sql(this);
    }

    public EmbeddedDatabase database() {
        return database;
    }

    /** Runs this in a transaction. Commits if it returns, and rolls back if it throws. */
    public <T> T inTransaction(Callable<T> work) {
        try (var connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            transaction.set(connection);
            try {
                var result = work.call();
                connection.commit();
                return result;
            } catch (Exception failure) {
                connection.rollback();
                throw failure;
            } finally {
                transaction.remove();
            }
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        var current = transaction.get();
        return current == null ? connections.getConnection() : handle(current);
    }

    /** Returns a handle of the transaction's connection. Closing the handle does not close the connection. */
    private static Connection handle(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                TestPool.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
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
        // Ignored.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // Ignored.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return connections.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
