package org.muster.connections;

import static java.util.Map.entry;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.postgresql.jdbc.PgConnection;

/**
 * The driver's connection, with three differences. {@code isValid} and {@code setAutoCommit(false)}, one of which every pool
 * calls before each use, detect a dead connection, and cost next to nothing while the connection is not in doubt. A transaction that is still
 * open when the connection is returned is rolled back when the pool resets or next validates the connection, where the driver would
 * commit it. What one borrower has set is reset before
 * the next.
 */
final class PhysicalConnection implements InvocationHandler {
    /** A call that differs from the driver's. */
    @FunctionalInterface
    private interface Call {
        Object on(PhysicalConnection connection, Method method, Object[] arguments) throws Throwable;
    }

    /** A call that differs from the driver's, and has no result. */
    @FunctionalInterface
    private interface Action {
        void on(Session session, Object[] arguments) throws SQLException;
    }

    /** All calls that differ, by name; the others go to the driver as they are. */
    private static final Map<String, Call> CALLS = Map.ofEntries(
            entry("isValid", (on, method, arguments) -> on.session.isValid()),
            entry("getAutoCommit", (on, method, arguments) -> on.connection.getAutoCommit()),
            entry("setAutoCommit", action((session, arguments) -> session.setAutoCommit((boolean) arguments[0]))),
            entry("commit", action((session, arguments) -> session.commit())),
            entry("rollback", PhysicalConnection::rollback),
            entry("close", action((session, arguments) -> session.close())),
            entry("prepareStatement", PhysicalConnection::prepareStatement),
            entry("createStatement", PhysicalConnection::createStatement),
            entry("prepareCall", PhysicalConnection::createStatement),
            entry("setReadOnly", PhysicalConnection::changeSession),
            entry("setTransactionIsolation", PhysicalConnection::changeSession),
            entry("setSchema", PhysicalConnection::changeSession),
            entry("setHoldability", PhysicalConnection::changeSession),
            entry("setTypeMap", PhysicalConnection::changeSession),
            entry("getClientInfo", PhysicalConnection::getClientInfo),
            entry("setClientInfo", PhysicalConnection::setClientInfo),
            entry(
                    "setNetworkTimeout",
                    action((session, arguments) ->
                            session.networkTimeout().custom(Duration.ofMillis((int) arguments[1])))),
            entry(
                    "setAnswerTimeout",
                    action((session, arguments) -> session.networkTimeout().custom((Duration) arguments[0]))),
            entry("readOnlyDatabase", (on, method, arguments) -> on.session.readOnlyDatabase()),
            entry(
                    "server",
                    (on, method, arguments) ->
                            on.connection.getQueryExecutor().getHostSpec().toString()),
            entry("mark", action((session, arguments) -> session.transaction().mark((TransactionMark) arguments[0]))),
            entry("retire", action((session, arguments) -> session.markLost())),
            entry("unwrap", PhysicalConnection::unwrap),
            entry("isWrapperFor", PhysicalConnection::isWrapperFor),
            entry("equals", (on, method, arguments) -> on.proxy == arguments[0]),
            entry("hashCode", (on, method, arguments) -> System.identityHashCode(on)));

    private static Call action(Action action) {
        return (on, method, arguments) -> {
            action.on(on.session, arguments);
            return null;
        };
    }

    private final Session session;
    private final PgConnection connection;
    private final Connection proxy;

    private PhysicalConnection(Session session) {
        this.session = session;
        connection = session.connection();
        proxy = (Connection) Proxy.newProxyInstance(
                PhysicalConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class, ConnectionControl.class},
                this);
    }

    /** The session as the pool gets it. */
    static Connection of(Session session) {
        return new PhysicalConnection(session).proxy;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        session.called();
        var call = CALLS.get(method.getName());
        return call == null ? driver(method, arguments) : call.on(this, method, arguments);
    }

    private Object driver(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    private Object rollback(Method method, Object[] arguments) throws Throwable {
        session.transaction().ended();
        // If the session has ended, the database has rolled back already.
        return connection.isClosed() ? null : driver(method, arguments);
    }

    private Object prepareStatement(Method method, Object[] arguments) throws Throwable {
        session.statementPrepared();
        session.networkTimeout().forStatements();
        return arguments.length == 1 ? connection.prepareStatement((String) arguments[0]) : driver(method, arguments);
    }

    private Object createStatement(Method method, Object[] arguments) throws Throwable {
        session.networkTimeout().forStatements();
        return driver(method, arguments);
    }

    private Object changeSession(Method method, Object[] arguments) throws Throwable {
        session.settings().changed();
        return driver(method, arguments);
    }

    private Object getClientInfo(Method method, Object[] arguments) throws Throwable {
        return arguments == null ? connection.getClientInfo() : driver(method, arguments);
    }

    /** Payara resets all client info when a borrower returns the connection. */
    private Object setClientInfo(Method method, Object[] arguments) throws Throwable {
        if (connection.isClosed()) {
            return null;
        }
        if (arguments.length != 1) {
            return driver(method, arguments);
        }
        if (connection.getAutoCommit()) {
            session.settings().reset();
        }
        connection.setClientInfo((Properties) arguments[0]);
        return null;
    }

    private Object unwrap(Method method, Object[] arguments) throws Throwable {
        return arguments[0] == ConnectionControl.class ? proxy : driver(method, arguments);
    }

    private Object isWrapperFor(Method method, Object[] arguments) throws Throwable {
        return arguments[0] == ConnectionControl.class ? true : driver(method, arguments);
    }
}
