package org.muster.connections;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Optional;
import java.util.function.Consumer;
import org.muster.credentials.Login;
import org.postgresql.jdbc.PgConnection;

/**
 * One session of the database, from its login to its end, which the pool lends to one borrower after another. Decides whether the
 * next borrower may have it, and hands it over as if it were new.
 */
final class Session {
    private enum State {
        OPEN,
        /** Unusable, but not closed yet. */
        LOST,
        CLOSED
    }

    private final PgConnection connection;
    private final MeteredSocket socket;
    private final Login login;
    private final ConnectionContext context;
    private final Consumer<Session> onEnd;
    private final NetworkTimeout networkTimeout;
    private final SessionSettings settings;
    private final SessionTransaction transaction;
    private final Liveness liveness;
    private final boolean openedReadOnly;
    private final Optional<Deadline> lifetime;
    private volatile State state = State.OPEN;
    private volatile Thread lastUser;
    private volatile long statementAt;
    private volatile long calledAt = System.nanoTime();

    /** @param onEnd called when the session is closed or aborted */
    Session(
            PgConnection connection,
            MeteredSocket socket,
            Login login,
            ConnectionContext context,
            Consumer<Session> onEnd)
            throws SQLException {
        this.connection = connection;
        this.socket = socket;
        this.login = login;
        this.context = context;
        this.onEnd = onEnd;
        networkTimeout = new NetworkTimeout(connection, context.timeouts());
        openedReadOnly = ServerStatus.readOnlyByDefault(connection);
        liveness = new Liveness(connection, socket, openedReadOnly, networkTimeout, context);
        settings = new SessionSettings(connection, networkTimeout);
        transaction = new SessionTransaction(connection, socket, networkTimeout, context);
        lifetime = context.servers().lifetime();
    }

    PgConnection connection() {
        return connection;
    }

    NetworkTimeout networkTimeout() {
        return networkTimeout;
    }

    /** Notes that the pool, or a borrower, calls it. */
    void called() {
        calledAt = System.nanoTime();
    }

    /** Notes that the calling thread prepares a statement on it. */
    void statementPrepared() {
        lastUser = Thread.currentThread();
        statementAt = System.nanoTime();
        socket.beginStatement();
    }

    SessionSettings settings() {
        return settings;
    }

    /**
     * Whether the next borrower may have it, as if it were new. Auto-commit stays as it is, because a server may remember what it
     * has set. A connection that may not be lent is closed here: a server may fail to clean it up, and then forget it.
     */
    boolean isValid() {
        var valid = readyForNext();
        if (!valid) {
            close();
        }
        return valid;
    }

    private boolean readyForNext() {
        try {
            if (connection.isClosed()) {
                return lost();
            }
            var autoCommit = connection.getAutoCommit();
            setAutoCommit(true);
            transaction.rollBackIfOpen();
            settings.reset();
            if (!usable()) {
                return false;
            }
            connection.setAutoCommit(autoCommit);
            return true;
        } catch (SQLException broken) {
            return lost();
        }
    }

    private boolean lost() {
        markLost();
        context.breaker().recordLoss();
        return false;
    }

    private boolean usable() throws SQLException {
        if (state != State.OPEN
                || lifetime.filter(Deadline::passed).isPresent()
                || context.credentials().superseded(login)) {
            return false;
        }
        if (!liveness.usable()) {
            markLost();
            return false;
        }
        return true;
    }

    /** Counts it as lost. The pool drops it when it is returned. */
    void markLost() {
        if (state == State.OPEN) {
            state = State.LOST;
            context.statistics().addLostConnection();
        }
    }

    /**
     * Switches auto-commit. A transaction does not begin on a dead connection, so that a pool can also validate by this. When
     * auto-commit is switched on again, an open transaction is rolled back, where the driver would commit it.
     */
    void setAutoCommit(boolean on) throws SQLException {
        var closed = connection.isClosed();
        if (closed ? on : on == connection.getAutoCommit()) {
            return;
        }
        if (on) {
            transaction.rollBackIfOpen();
            connection.setAutoCommit(true);
            settings.reset();
        } else if (!closed && usable()) {
            connection.setAutoCommit(false);
        } else {
            if (closed) {
                markLost();
            }
            close();
            ThreadContext.request().ifPresent(request -> request.connectionLost(true));
            throw new SQLException("the connection was lost", "08003");
        }
    }

    /** Commits, unless the session has ended: only before the commit is sent is it certain that nothing was committed. */
    void commit() throws SQLException {
        if (liveness.lostSinceLastAnswer()) {
            markLost();
            throw transaction.failed(
                    new SQLTransactionRollbackException("the connection was lost before the commit", "40000"));
        }
        if (!transaction.commit()) {
            abort();
        }
    }

    SessionTransaction transaction() {
        return transaction;
    }

    /** Whether the database accepted reads only when the session was opened, and has not said otherwise since. */
    boolean readOnlyDatabase() {
        return openedReadOnly && ServerStatus.readOnlyByDefault(connection);
    }

    /** Whether this thread was the last to prepare a statement on it. */
    boolean lastUsedBy(Thread thread) {
        return lastUser == thread;
    }

    /** When a statement was last prepared on it, as {@link System#nanoTime}. */
    long statementAt() {
        return statementAt;
    }

    /** When the pool, or a borrower, last called it, as {@link System#nanoTime}. */
    long calledAt() {
        return calledAt;
    }

    MeteredSocket socket() {
        return socket;
    }

    /** The process id of the session's backend. */
    int backend() {
        return connection.getBackendPID();
    }

    /** Whether it has ended, on whichever side. */
    boolean isClosed() {
        return state == State.CLOSED || connection.getQueryExecutor().isClosed();
    }

    /** Closes it gracefully: the database is notified. */
    void close() {
        end(connection::close);
    }

    /** Ends it at once, also while a thread waits for an answer on it, which then gets an exception. */
    void abort() {
        markLost();
        end(() -> connection.abort(Runnable::run));
    }

    @FunctionalInterface
    private interface End {
        void run() throws SQLException;
    }

    private void end(End end) {
        state = State.CLOSED;
        onEnd.accept(this);
        try {
            end.run();
        } catch (SQLException ended) {
            // As intended.
        }
    }
}
