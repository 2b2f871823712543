package org.muster.connections;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Optional;

/** The server's transactions. Each keeps the connection that it has borrowed until it has completed. */
public final class Transactions {
    private static final Logger LOG = System.getLogger(Transactions.class.getName());

    private final TransactionSynchronizationRegistry registry;
    private final Runnable commitListener;

    private Transactions(TransactionSynchronizationRegistry registry, Runnable commitListener) {
        this.registry = registry;
        this.commitListener = commitListener;
    }

    /**
     * The transactions of this server.
     *
     * @param commitListener run in the committing thread after each commit, also one whose outcome is unknown
     */
    public static Transactions of(TransactionSynchronizationRegistry registry, Runnable commitListener) {
        return new Transactions(registry, commitListener);
    }

    /** No transactions, for use outside a server. */
    public static Transactions none() {
        return new Transactions(null, () -> {});
    }

    /** Whether the calling thread is in a transaction, also in one that can only be rolled back. */
    public boolean active() {
        if (registry == null) {
            return false;
        }
        var status = registry.getTransactionStatus();
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
    }

    /** Tells the listener of a commit: a transaction's, or that of a single statement. */
    public void committed() {
        try {
            commitListener.run();
        } catch (RuntimeException defect) {
            // The commit has happened all the same.
            LOG.log(Level.ERROR, "The listener of commits failed", defect);
        }
    }

    /** The lease that the active transaction holds. */
    Optional<Lease> held() {
        return Optional.ofNullable((Lease) registry.getResource(Lease.class));
    }

    /**
     * Has the active transaction hold this lease, which is closed when the transaction has completed.
     *
     * @throws SQLTransactionRollbackException if the transaction has ended meanwhile; the lease is closed then
     */
    void hold(Lease lease) throws SQLTransactionRollbackException {
        try {
            registry.registerInterposedSynchronization(new CloseAfterCompletion(lease));
            registry.putResource(Lease.class, lease);
        } catch (RuntimeException ended) {
            lease.close();
            throw new SQLTransactionRollbackException(
                    "the transaction ended before its first statement", "40000", ended);
        }
    }

    /**
     * Why the last commit in this thread failed; absent if none has failed since this was last called. The connection notes it, because
     * a server's transaction manager may keep the reason to itself.
     */
    public static Optional<SQLException> takeCommitFailure() {
        return ThreadContext.takeCommitFailure();
    }

    private final class CloseAfterCompletion implements Synchronization {
        private final Lease lease;

        CloseAfterCompletion(Lease lease) {
            this.lease = lease;
        }

        @Override
        public void beforeCompletion() {
            // The commit needs the connection.
        }

        @Override
        public void afterCompletion(int status) {
            try {
                lease.close();
            } finally {
                if (status != Status.STATUS_ROLLEDBACK) {
                    committed();
                }
            }
        }
    }
}
