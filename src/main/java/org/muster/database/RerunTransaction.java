package org.muster.database;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.muster.connections.CommitFailure;
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

    @AroundInvoke
    Object run(InvocationContext method) throws Exception {
        if (Connections.inTransaction()) {
            return method.proceed();
        }
        var reruns = new Reruns();
        while (true) {
            CommitFailure.take();
            try {
                return method.proceed();
            } catch (Exception failure) {
                var database = ofDatabase(failure);
                if (database.isEmpty()) {
                    throw failure;
                }
                if (!database.get().didNotHappen() || !reruns.again()) {
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
        return failure instanceof DatabaseException ofStatement
                ? Optional.of(ofStatement)
                : CommitFailure.take().map(DatabaseException::committing);
    }
}
