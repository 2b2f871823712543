package org.muster.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A connection in use: until it is closed, or, if a transaction of the server holds it, until that has completed. Used by one
 * thread.
 */
public final class Lease implements AutoCloseable {
    private final CircuitBreaker breaker;
    private final Consumer<Lease> returning;
    private final Connection connection;
    private final Lease transactionLease;
    private final long since = System.nanoTime();
    private final Thread borrower = Thread.currentThread();
    private volatile boolean retired;
    private Runnable onReturn = () -> {};

    /** @param returning returns the connection to the pool */
    Lease(Connection connection, CircuitBreaker breaker, Consumer<Lease> returning) {
        this(connection, breaker, returning, null);
    }

    private Lease(Connection connection, CircuitBreaker breaker, Consumer<Lease> returning, Lease transactionLease) {
        this.breaker = breaker;
        this.returning = returning;
        this.connection = connection;
        this.transactionLease = transactionLease;
    }

    /** For one statement, of the connection that this lease of a transaction holds. */
    Lease forStatement() {
        return new Lease(connection, breaker, returning, this);
    }

    /** The connection. Close the lease, not the connection. */
    public Connection connection() {
        return connection;
    }

    /** Whether a transaction of the server holds the connection. */
    public boolean ofTransaction() {
        return transactionLease != null;
    }

    /** Has the pool drop the connection, and validate all others before their next use. */
    public void retire() {
        if (ofTransaction()) {
            transactionLease.retire();
            return;
        }
        retired = true;
        breaker.recordLoss();
        try {
            if (connection.isWrapperFor(ConnectionControl.class)) {
                connection.unwrap(ConnectionControl.class).retire();
            }
        } catch (SQLException closed) {
            // The pool has dropped it already.
        }
    }

    /** Limits how long an answer may take, until the connection is returned. */
    public void setAnswerTimeout(Duration timeout) throws SQLException {
        connection.unwrap(ConnectionControl.class).setAnswerTimeout(timeout);
    }

    /** The host and port of the server at the other end; empty if the connection is closed. */
    public String server() {
        try {
            return connection.unwrap(ConnectionControl.class).server();
        } catch (SQLException closed) {
            return "";
        }
    }

    /** Whether the database, not just this session, accepts reads only. */
    public boolean readOnlyDatabase() {
        try {
            return connection.isWrapperFor(ConnectionControl.class)
                    && connection.unwrap(ConnectionControl.class).readOnlyDatabase();
        } catch (SQLException closed) {
            return false;
        }
    }

    /** Has the database asked for its transaction if the connection is lost when it commits. */
    public void mark(TransactionMark transaction) throws SQLException {
        connection.unwrap(ConnectionControl.class).mark(transaction);
    }

    /** Has this run when the connection was returned. */
    void onReturn(Runnable action) {
        onReturn = action;
    }

    void returned() {
        onReturn.run();
    }

    boolean retired() {
        return retired;
    }

    Thread borrower() {
        return borrower;
    }

    /** How long it has been in use. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** Returns the connection; does nothing if it has been returned, or if a transaction holds it. */
    @Override
    public void close() {
        if (!ofTransaction()) {
            returning.accept(this);
        }
    }
}
