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
 * Retries a {@code @Transactional} method, in a new transaction, if a statement failed with a retryable error: its transaction
 * was not committed. If the commit itself fails, the method is retried only if the database rejected the commit.
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
                if (!cause.get().retryable() || !attempts.awaitRetry(cause.get())) {
                    throw cause.get();
                }
                LOG.log(
                        Level.INFO,
                        "Retrying {0}: {1}",
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
