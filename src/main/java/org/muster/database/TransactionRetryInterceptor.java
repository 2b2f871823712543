package org.muster.database;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.muster.connections.Transactions;

/**
 * Around every {@code @Transactional} method: runs it again, in a new transaction, if a statement failed in a way that is
 * worth it. Its transaction was not committed then. Once the commit was asked for, nothing is ever run again.
 */
@Interceptor
@Transactional
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
public class TransactionRetryInterceptor {
    private static final Logger LOG = System.getLogger(TransactionRetryInterceptor.class.getName());

    @Inject
    Database database;

    @AroundInvoke
    Object run(InvocationContext method) throws Exception {
        if (database.pool().transactions().active()) {
            return method.proceed();
        }
        var attempts = database.retries().begin();
        while (true) {
            Transactions.takeCommitFailure();
            try {
                return method.proceed();
            } catch (Exception failure) {
                var cause = ofDatabase(failure);
                if (cause.isEmpty()) {
                    throw failure;
                }
                if (!cause.get().didNotHappen() || !attempts.again()) {
                    throw cause.get();
                }
                LOG.log(
                        Level.INFO,
                        "Running {0} again: {1}",
                        method.getMethod().getName(),
                        cause.get().getMessage());
            }
        }
    }

    private static Optional<DatabaseException> ofDatabase(Exception failure) {
        return failure instanceof DatabaseException ofStatement
                ? Optional.of(ofStatement)
                : Transactions.takeCommitFailure().map(DatabaseException::committing);
    }
}
