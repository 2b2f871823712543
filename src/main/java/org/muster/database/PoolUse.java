package org.muster.database;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Borrows from the server's pool and counts who holds a connection and who waits for one. */
final class PoolUse {
    private static final AtomicInteger ACTIVE = new AtomicInteger();
    private static final AtomicInteger WAITING = new AtomicInteger();
    private static final TransactionSynchronizationRegistry TRANSACTIONS = transactions();

    private PoolUse() {}

    /** Connections in use: by a statement, or by a transaction until it ends. */
    static int active() {
        return ACTIVE.get();
    }

    /** Callers that wait for a connection, or for one to be opened. */
    static int waiting() {
        return WAITING.get();
    }

    static Connection borrow(DataSource pool) throws SQLException {
        WAITING.incrementAndGet();
        try {
            return pool.getConnection();
        } finally {
            WAITING.decrementAndGet();
        }
    }

    /**
     * Counts one in use.
     *
     * @return what to do when the caller closes it: a transaction, if there is one, holds on to it until it ends
     */
    static Runnable taken() {
        if (!inTransaction()) {
            ACTIVE.incrementAndGet();
            return ACTIVE::decrementAndGet;
        }
        if (TRANSACTIONS.getResource(PoolUse.class) == null) {
            TRANSACTIONS.putResource(PoolUse.class, true);
            TRANSACTIONS.registerInterposedSynchronization(new CountedUntilCompletion());
            ACTIVE.incrementAndGet();
        }
        return () -> {};
    }

    private static boolean inTransaction() {
        return TRANSACTIONS != null && TRANSACTIONS.getTransactionStatus() == Status.STATUS_ACTIVE;
    }

    private static TransactionSynchronizationRegistry transactions() {
        try {
            return InitialContext.doLookup("java:comp/TransactionSynchronizationRegistry");
        } catch (NamingException noServer) {
            return null;
        }
    }

    private static final class CountedUntilCompletion implements Synchronization {
        @Override
        public void beforeCompletion() {
            // Counted when it has completed.
        }

        @Override
        public void afterCompletion(int status) {
            ACTIVE.decrementAndGet();
        }
    }
}
