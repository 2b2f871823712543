package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.muster.connections.GuardedPool;
import org.muster.connections.Lease;
import org.muster.connections.TransactionMark;
import org.muster.connections.Transactions;
import org.muster.database.Command.Results;

/** Executes commands on the primary: in the transaction that there is, or in one of their own. */
final class Execution {
    private static final Logger LOG = System.getLogger(Execution.class.getName());

    private final Supplier<GuardedPool> guard;
    private final Supplier<Optional<Replicas>> replicas;

    /**
     * @param guard returns the pool that leases are of at the moment
     * @param replicas returns the replicas on which clients that have written must find what they wrote
     */
    Execution(Supplier<GuardedPool> guard, Supplier<Optional<Replicas>> replicas) {
        this.guard = guard;
        this.replicas = replicas;
    }

    /** @throws DatabaseException if the command fails, or its own transaction cannot be committed */
    <T> T run(Lease lease, Command command, Results<T> results) {
        try {
            // A read has nothing to commit. A write outside a transaction gets one of its own: if its connection
            // is lost before the commit, it was certainly not executed.
            return command.isRead()
                            || lease.ofTransaction()
                            || !lease.connection().getAutoCommit()
                    ? executeIn(lease, command, results)
                    : commit(lease, command, results);
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        }
    }

    private <T> T commit(Lease lease, Command command, Results<T> results) throws SQLException {
        var connection = lease.connection();
        connection.setAutoCommit(false);
        T result;
        try {
            result = executeIn(lease, command, results);
        } catch (SQLException | RuntimeException failure) {
            rollBack(connection);
            throw failure;
        }
        try {
            connection.commit();
        } catch (SQLException failure) {
            Transactions.takeCommitFailure();
            rollBack(connection);
            throw DatabaseException.committing(failure);
        } finally {
            guard.get().transactions().committed();
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            LOG.log(Level.DEBUG, "The connection was lost after the commit", lost);
        }
        return result;
    }

    /** Executes it in the transaction of a lease, which is marked if it may have written. */
    private <T> T executeIn(Lease lease, Command command, Results<T> results) throws SQLException {
        return command.mayWrite() && guard.get().marksTransactions()
                ? command.executeBefore(TransactionMark.QUERY, mark -> note(lease, mark), lease.connection(), results)
                : command.execute(lease.connection(), results);
    }

    private void note(Lease lease, ResultSet row) throws SQLException {
        var mark = TransactionMark.of(row);
        lease.mark(mark);
        replicas.get().flatMap(any -> Consistency.current()).ifPresent(client -> client.writes(mark.id()));
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            // The database has rolled back already.
        }
    }
}
