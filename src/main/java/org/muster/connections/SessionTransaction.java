package org.muster.connections;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/** The transaction of a session, if one is open. */
final class SessionTransaction {
    private final PgConnection connection;
    private final MeteredSocket socket;
    private final NetworkTimeout networkTimeout;
    private final ConnectionContext context;
    private Optional<TransactionMark> mark = Optional.empty();

    SessionTransaction(
            PgConnection connection, MeteredSocket socket, NetworkTimeout networkTimeout, ConnectionContext context) {
        this.connection = connection;
        this.socket = socket;
        this.networkTimeout = networkTimeout;
        this.context = context;
    }

    /** Notes where it is, after it has written. */
    void mark(TransactionMark where) {
        mark = Optional.of(where);
    }

    /** Notes that it has ended. */
    void ended() {
        mark = Optional.empty();
    }

    /**
     * Commits it.
     *
     * @return whether the connection can still be used
     * @throws SQLException if it was rolled back, or if that is unknown
     */
    boolean commit() throws SQLException {
        try {
            networkTimeout.forStatements();
            socket.beginStatement();
            connection.commit();
            return true;
        } catch (SQLException failure) {
            var certain = context.lostCommits().resolve(mark, failure);
            if (certain.isPresent()) {
                throw failed(certain.get());
            }
            context.breaker().recordLoss();
            return false;
        } finally {
            ended();
        }
    }

    /** Returns why it was not committed, once that has been noted for who wants to retry it. */
    SQLException failed(SQLException failure) {
        ThreadContext.commitFailed(failure);
        context.breaker().recordLoss();
        return failure;
    }

    /** Rolls it back if its borrower has left it open. */
    void rollBackIfOpen() throws SQLException {
        if (connection.getTransactionState() == TransactionState.IDLE) {
            return;
        }
        context.statistics().addForgottenTransaction();
        if (connection.getAutoCommit()) {
            // It was begun by a statement, and the driver would ignore a rollback.
            connection.setAutoCommit(false);
        }
        networkTimeout.forPing();
        socket.beginStatement();
        connection.rollback();
        ended();
    }
}
