package org.muster.database;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.muster.connections.Connections;

/**
 * Around every {@code @Transactional} method: runs it again, in a new transaction, if a statement failed in a way that is
 * worth it. Its transaction was not committed then. Once the commit was asked for, nothing is ever run again.
 */
@Interceptor
@Transactional
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
public class RerunTransaction {
    private static final Logger LOG = System.getLogger(RerunTransaction.class.getName());
    private static final int RUNS = 3;

    @AroundInvoke
    Object run(InvocationContext method) throws Exception {
        if (inTransaction()) {
            return method.proceed();
        }
        for (var run = 1; ; run++) {
            try {
                return method.proceed();
            } catch (Exception failure) {
                var database = ofDatabase(failure);
                if (database.isEmpty()) {
                    throw failure;
                }
                if (run == RUNS || !database.get().didNotHappen()) {
                    throw database.get();
                }
                LOG.log(
                        Level.INFO,
                        "Running {0} again: {1}",
                        method.getMethod().getName(),
                        database.get().getMessage());
            }
        }
    }

    private static Optional<DatabaseException> ofDatabase(Exception failure) {
        if (failure instanceof DatabaseException ofStatement) {
            return Optional.of(ofStatement);
        }
        if (ofCommit(failure)) {
            Connections.current().breaker().suspect();
            return Optional.of(DatabaseException.committing(failure));
        }
        return Optional.empty();
    }

    /** What the method itself throws comes out as it is; what the commit throws is the server's, about a statement. */
    private static boolean ofCommit(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException || cause.getClass().getName().startsWith("jakarta.transaction.")) {
                return true;
            }
        }
        return false;
    }

    private static boolean inTransaction() {
        try {
            TransactionSynchronizationRegistry transactions =
                    InitialContext.doLookup("java:comp/TransactionSynchronizationRegistry");
            return transactions.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
        } catch (NamingException noServer) {
            return false;
        }
    }
}
