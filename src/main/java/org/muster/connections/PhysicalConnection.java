package org.muster.connections;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.muster.credentials.Login;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/**
 * The driver's connection, with three differences: {@code isValid} and {@code setAutoCommit(false)}, one of which the pool
 * calls before each use, find a dead one, and cost next to nothing while there is no reason for doubt; a transaction that is still open when the connection comes back is rolled
 * back instead of committed; and what one borrower has set is unset before the next.
 */
final class PhysicalConnection implements InvocationHandler {
    /** A connection that answered this recently is not asked again, unless another was lost since. */
    private static final long TRUSTED = TimeUnit.MILLISECONDS.toNanos(50);
    /** A look at the socket is a system call: not more often than this. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

    private final PgConnection connection;
    private final Socket socket;
    private final Login login;
    private final ConnectionFactory opener;
    private final int holdability;
    private volatile long answered = System.nanoTime();
    private long looked = System.nanoTime() - LOOK;
    private volatile boolean retired;
    private volatile boolean lost;
    private volatile Thread user;
    private volatile long used;
    private volatile long touched = System.nanoTime();
    private boolean changed;
    /** Whether it waits as long as a statement may take; else only as long as a round trip does. */
    private boolean patient;

    private PhysicalConnection(PgConnection connection, Socket socket, Login login, ConnectionFactory opener)
            throws SQLException {
        this.connection = connection;
        this.socket = socket;
        this.login = login;
        this.opener = opener;
        this.holdability = connection.getHoldability();
        answerWithin(opener.budget().ping());
    }

    /** The connection as the pool gets it; the opener's until it is closed. */
    static Connection of(PgConnection connection, Socket socket, Login login, ConnectionFactory opener)
            throws SQLException {
        var physical = new PhysicalConnection(connection, socket, login, opener);
        opener.opened(physical);
        return (Connection) Proxy.newProxyInstance(
                PhysicalConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class, ConnectionControl.class},
                physical);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        touched = System.nanoTime();
        switch (method.getName()) {
            case "isValid" -> {
                return valid();
            }
            case "retire" -> {
                retired = true;
                lose();
                return null;
            }
            case "answerWithin" -> {
                changed = true;
                patient = true;
                answerWithin((Duration) arguments[0]);
                return null;
            }
            case "equals" -> {
                return proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "isWrapperFor" -> {
                if (arguments[0] == ConnectionControl.class) {
                    return true;
                }
            }
            case "unwrap" -> {
                if (arguments[0] == ConnectionControl.class) {
                    return proxy;
                }
            }
            case "close" -> {
                close();
                return null;
            }
            case "prepareStatement" -> {
                user = Thread.currentThread();
                used = System.nanoTime();
                allowStatements();
                if (arguments.length == 1) {
                    return connection.prepareStatement((String) arguments[0]);
                }
            }
            case "createStatement", "prepareCall" -> allowStatements();
            case "commit" -> {
                commit();
                return null;
            }
            case "rollback" -> {
                if (connection.isClosed()) {
                    // Then the database has done it.
                    return null;
                }
            }
            case "setClientInfo" -> {
                if (connection.isClosed()) {
                    return null;
                }
                // Payara sets it back, all of it at once, when a borrower is done.
                if (arguments.length == 1) {
                    if (connection.getAutoCommit()) {
                        reset();
                    }
                    connection.setClientInfo((Properties) arguments[0]);
                    return null;
                }
            }
            case "getClientInfo" -> {
                if (arguments == null) {
                    return connection.getClientInfo();
                }
            }
            case "getAutoCommit" -> {
                return connection.getAutoCommit();
            }
            case "setAutoCommit" -> {
                setAutoCommit((Boolean) arguments[0]);
                return null;
            }
            case "setReadOnly", "setTransactionIsolation", "setSchema", "setHoldability", "setTypeMap" ->
                changed = true;
            case "setNetworkTimeout" -> {
                changed = true;
                patient = true;
            }
            default -> {
                // Just the driver's.
            }
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    /**
     * Whether the next borrower may have it, who finds it as if it were new. Commits happen by themselves or not as before:
     * a server may know what it has set. If not it is closed: a server may fail to clean it up, and then forget it.
     */
    private boolean valid() {
        var valid = readyForNext();
        if (!valid) {
            close();
        }
        return valid;
    }

    private boolean readyForNext() {
        try {
            if (connection.isClosed()) {
                lose();
                opener.breaker().suspect();
                return false;
            }
            var autoCommit = connection.getAutoCommit();
            setAutoCommit(true);
            rollBackForgotten();
            reset();
            if (!alive()) {
                return false;
            }
            connection.setAutoCommit(autoCommit);
            return true;
        } catch (SQLException broken) {
            lose();
            opener.breaker().suspect();
            return false;
        }
    }

    /** Whether it can be used. Asks the database only if there is reason for doubt. */
    private boolean alive() throws SQLException {
        if (retired || opener.outdated(login)) {
            return false;
        }
        try {
            var now = System.nanoTime();
            if (now - answered < TRUSTED && !opener.breaker().suspects(answered)) {
                if (now - looked < LOOK) {
                    return true;
                }
                if (quiet()) {
                    looked = now;
                    return true;
                }
            }
            if (answers() && !readOnly()) {
                return true;
            }
        } catch (IOException broken) {
            opener.breaker().suspect();
        }
        lose();
        return false;
    }

    /** It is of no use any more, which nobody here wanted. */
    private void lose() {
        if (!lost) {
            lost = true;
            opener.noteLoss();
        }
    }

    /**
     * A transaction does not begin on a connection that is dead; so a pool can also use this to see whether it is. When it
     * is switched on again, what is open is not committed, as the driver would, but rolled back.
     */
    private void setAutoCommit(boolean on) throws SQLException {
        var closed = connection.isClosed();
        if (closed ? on : on == connection.getAutoCommit()) {
            return;
        }
        if (on) {
            rollBackForgotten();
            connection.setAutoCommit(true);
            reset();
        } else if (!closed && alive()) {
            connection.setAutoCommit(false);
        } else {
            if (closed) {
                lose();
            }
            close();
            ConnectionFactory.lost();
            throw new SQLException("the connection was lost", "08003");
        }
    }

    private void commit() throws SQLException {
        try {
            if (lostMeanwhile()) {
                lose();
                throw new SQLTransactionRollbackException("the connection was lost before the commit", "40000");
            }
            allowStatements();
            connection.commit();
        } catch (SQLException failure) {
            CommitFailure.note(failure);
            opener.breaker().suspect();
            throw failure;
        }
    }

    /**
     * Whether the database has ended the session since its last answer. Then the transaction has certainly not been
     * committed, which nobody can tell once the commit has been sent.
     */
    private boolean lostMeanwhile() throws SQLException {
        if (connection.isClosed()) {
            return true;
        }
        try {
            return connection.getTransactionState() == TransactionState.OPEN && !quiet() && !ping();
        } catch (IOException broken) {
            return true;
        }
    }

    /** Whether the database has said nothing since it was last listened to; its last words are why it has gone. */
    private boolean quiet() throws IOException {
        return socket.getInputStream().available() == 0;
    }

    private boolean answers() throws SQLException {
        if (opener.breaker().givesUp(answered)) {
            return false;
        }
        var since = System.nanoTime();
        if (ping()) {
            opener.breaker().heard();
            // A look at it is no use: what is idle is asked again before it is used.
            answered = ConnectionFactory.looking() ? answered : System.nanoTime();
            return true;
        }
        opener.breaker().suspect();
        if (System.nanoTime() - since >= opener.budget().ping().toNanos()) {
            opener.breaker().silent();
        }
        return false;
    }

    /** Whether the database answers in time. */
    private boolean ping() {
        try (var statement = connection.createStatement()) {
            inTime(() -> statement.execute(""));
            return true;
        } catch (SQLException noAnswer) {
            return false;
        }
    }

    /** Does what takes a round trip and no more, with no more time than that needs. */
    private void inTime(Exchange exchange) throws SQLException {
        if (patient) {
            answerWithin(opener.budget().ping());
            patient = false;
        }
        exchange.run();
    }

    /**
     * A borrower is about to run statements: the database ends one that takes too long; the network's time-out is for when
     * it cannot. Until then the time-out is the ping's, also for what a server asks the database on its own account.
     */
    private void allowStatements() throws SQLException {
        if (!patient) {
            answerWithin(opener.budget().network());
            patient = true;
        }
    }

    private void answerWithin(Duration atMost) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) atMost.toMillis());
    }

    @FunctionalInterface
    private interface Exchange {
        void run() throws SQLException;
    }

    /** The database tells when it becomes a standby, or stops taking writes. */
    private boolean readOnly() {
        return "on".equals(connection.getParameterStatus("in_hot_standby"))
                || "on".equals(connection.getParameterStatus("default_transaction_read_only"));
    }

    /** Without this the driver would commit what a borrower left unfinished. */
    private void rollBackForgotten() throws SQLException {
        if (connection.getTransactionState() != TransactionState.IDLE) {
            opener.forgotten();
            if (connection.getAutoCommit()) {
                // Begun by a statement; the driver would not hear of rolling it back.
                connection.setAutoCommit(false);
            }
            inTime(connection::rollback);
        }
    }

    private void reset() throws SQLException {
        if (!changed) {
            return;
        }
        connection.setReadOnly(false);
        connection.setHoldability(holdability);
        connection.setTypeMap(new java.util.HashMap<>());
        try (var statement = connection.createStatement()) {
            inTime(() -> statement.execute("RESET ALL"));
        }
        changed = false;
    }

    /** Whether this thread was the last to prepare a statement on it. */
    boolean lastUsedBy(Thread thread) {
        return user == thread;
    }

    /** When a statement was last prepared on it, as {@link System#nanoTime}. */
    long used() {
        return used;
    }

    /** When the pool, or a borrower, last did anything with it, as {@link System#nanoTime}. */
    long touched() {
        return touched;
    }

    /** The address of who is at the other end. */
    SocketAddress peer() {
        return socket.getRemoteSocketAddress();
    }

    /** The process id of the session, by which the database knows it. */
    int backend() {
        return connection.getBackendPID();
    }

    boolean isClosed() {
        try {
            return connection.isClosed();
        } catch (SQLException broken) {
            return true;
        }
    }

    /** In order: the database is told. */
    void close() {
        opener.closed(this);
        try {
            connection.close();
        } catch (SQLException broken) {
            // Then there is nobody to be told.
        }
    }

    /** At once, also while somebody waits for an answer on it, who then gets a failure. */
    void abort() {
        lose();
        opener.closed(this);
        try {
            connection.abort(Runnable::run);
        } catch (SQLException broken) {
            // Then it is over already.
        }
    }
}
