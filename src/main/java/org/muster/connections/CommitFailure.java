package org.muster.connections;

import java.sql.SQLException;
import java.util.Optional;

/**
 * Why the last commit in this thread failed. The connection notes it, for a server's transaction manager may keep the
 * reason for itself.
 */
public final class CommitFailure {
    private static final ThreadLocal<SQLException> OF_THREAD = new ThreadLocal<>();

    private CommitFailure() {}

    static void note(SQLException failure) {
        OF_THREAD.set(failure);
    }

    /** The failure since this was last asked, if there was one. */
    public static Optional<SQLException> take() {
        var failure = Optional.ofNullable(OF_THREAD.get());
        OF_THREAD.remove();
        return failure;
    }
}
