package org.muster.connections;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Optional;

/** The server's transactions. Each keeps the connection that it has borrowed until it has completed. */
public final class Transactions {
    private final TransactionSynchronizationRegistry registry;

    private Transactions(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    /** The transactions of this server. */
    public static Transactions of(TransactionSynchronizationRegistry registry) {
        return new Transactions(registry);
    }

    /** No transactions, for use outside a server. */
    public static Transactions none() {
        return new Transactions(null);
    }

    /** Whether the calling thread is in a transaction, also in one that can only be rolled back. */
    public boolean active() {
        if (registry == null) {
            return false;
        }
        var status = registry.getTransactionStatus();
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
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

    private record CloseAfterCompletion(Lease lease) implements Synchronization {
        @Override
        public void beforeCompletion() {
            // The commit needs the connection.
        }

        @Override
        public void afterCompletion(int status) {
            lease.close();
        }
    }
}
