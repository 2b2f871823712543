package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import org.muster.connections.GuardedPool;

/**
 * Commits that wait for a synchronous standby, for ever if it is gone. Their sessions are ended, so that their callers learn in time
 * that the outcome is unknown; meanwhile the pool lets in one write at a time. Used by one thread.
 */
final class WaitingCommits {
    private static final Logger LOG = System.getLogger(WaitingCommits.class.getName());
    /** A session is ended when it was seen waiting for this long. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** The database is presumed to confirm commits when no commit was seen waiting for this long. */
    private static final Duration MEMORY = Duration.ofSeconds(5);

    private static final String WAITING = """
            SELECT pid
              FROM pg_stat_activity
             WHERE pid = ANY (?) AND wait_event = 'SyncRep'
            """;

    private static final String TERMINATE = """
            SELECT pid, pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE pid = ANY (?) AND wait_event = 'SyncRep' AND usename = current_user AND application_name = 'muster'
            """;

    /** A commit that waits keeps its locks. */
    private static final String CANCEL_BLOCKED = """
            SELECT pid, pg_cancel_backend(pid)
              FROM pg_stat_activity
             WHERE pid = ANY (?) AND wait_event_type = 'Lock' AND usename = current_user AND application_name = 'muster'
            """;

    private final GuardedPool guard;
    private final WaitingSessions waitingSessions = new WaitingSessions();
    private long seenAt = System.nanoTime() - MEMORY.toNanos();

    WaitingCommits(GuardedPool guard) {
        this.guard = guard;
    }

    /** Looks whether these sessions wait, and ends those that do so for too long. */
    void examine(Connection connection, Collection<Integer> sessions) throws SQLException {
        var waiting = SessionQuery.pids(connection, WAITING, sessions);
        var late = waitingSessions.longerThan(any -> PATIENCE, waiting);
        if (!waiting.isEmpty()) {
            seenAt = System.nanoTime();
            guard.commitsWaiting("commits wait for it (wait event SyncRep)");
            // They would get the lock one after the other, and then wait too.
            SessionQuery.pids(connection, CANCEL_BLOCKED, sessions);
        }
        if (!late.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "Ending {0} sessions whose commits wait for a synchronous standby: their outcome is unknown",
                    late.size());
            SessionQuery.pids(connection, TERMINATE, late);
        }
    }

    /** Notes that no session is to be examined. */
    void none() {
        waitingSessions.clear();
    }

    /** Forgets about waiting commits some time after the last one. */
    void forget() {
        if (System.nanoTime() - seenAt >= MEMORY.toNanos()) {
            guard.commitsConfirmed();
        }
    }
}
