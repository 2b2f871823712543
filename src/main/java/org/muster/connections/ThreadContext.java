package org.muster.connections;

import java.sql.SQLException;
import java.util.Optional;

/**
 * Thread-local context that carries a borrower's deadline through the server's pool, and the reason of a failed commit through
 * its transaction manager. The pool calls {@link ConnectionFactory} in the borrower's thread, but passes on neither the deadline
 * nor whether a connection may be opened; the transaction manager may not pass on why a commit failed. This is the only
 * thread-local context of Muster.
 */
final class ThreadContext {
    private static final ThreadLocal<ThreadContext> CURRENT = new ThreadLocal<>();

    private OpenRequest request;
    private SQLException commitFailure;

    private ThreadContext() {}

    /** Makes a call to the server's pool in which connections are opened as this request says. */
    static <T> T call(OpenRequest request, PoolCall<T> call) throws SQLException {
        var context = current();
        var outer = context.request;
        context.request = request;
        try {
            return call.run();
        } finally {
            context.request = outer;
            context.removeIfEmpty();
        }
    }

    /** The request of the call that this thread makes to the pool; absent if the pool opens a connection on its own. */
    static Optional<OpenRequest> request() {
        return Optional.ofNullable(CURRENT.get()).map(context -> context.request);
    }

    /** Notes why a commit in this thread failed. */
    static void commitFailed(SQLException failure) {
        current().commitFailure = failure;
    }

    /** Why the last commit in this thread failed; absent if none has failed since this was last called. */
    static Optional<SQLException> takeCommitFailure() {
        var context = CURRENT.get();
        if (context == null) {
            return Optional.empty();
        }
        var failure = Optional.ofNullable(context.commitFailure);
        context.commitFailure = null;
        context.removeIfEmpty();
        return failure;
    }

    private static ThreadContext current() {
        var context = CURRENT.get();
        if (context == null) {
            context = new ThreadContext();
            CURRENT.set(context);
        }
        return context;
    }

    /** A server's thread outlives the application: leave nothing on it. */
    private void removeIfEmpty() {
        if (request == null && commitFailure == null) {
            CURRENT.remove();
        }
    }
}
