package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker;
import org.muster.connections.GuardedPool;
import org.muster.connections.Leases.Use;
import org.muster.connections.OpenConnections;
import org.muster.connections.Reachability;
import org.muster.credentials.CredentialsManager;

/** Ends sessions whose connection was lost without notice, so that their requests do not wait for an answer. Used by one thread. */
final class LostSessions {
    private static final Logger LOG = System.getLogger(LostSessions.class.getName());
    /** A connection that has been in use this long is examined. */
    private static final Duration LONG_USE = Duration.ofSeconds(2);

    /** A lost session was found waiting for its client for this long. */
    private static final Duration MIN_WAIT = Duration.ofMillis(500);
    /** The minimum interval between connections that are opened outside the pool because it has none to lend. */
    private static final Duration OPENING_INTERVAL = Duration.ofMillis(500);
    /** The driver's class that reads answers. */
    private static final String DRIVER_INPUT = "org.postgresql.core.VisibleBufferedInputStream";

    private static final Duration REACHABILITY_TIMEOUT = Duration.ofMillis(1_500);
    /** How often in a row the database must be found unreachable. */
    private static final int UNREACHABLE_CHECKS = 2;

    private static final String WAITING = """
            SELECT pid
              FROM pg_stat_activity
             WHERE pid = ANY (?)
               AND wait_event = 'ClientRead'
               AND state_change < clock_timestamp() - INTERVAL '1.5 s'
            """;

    private static final String TERMINATE = """
            SELECT pid, pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE pid = ANY (?)
               AND wait_event = 'ClientRead'
               AND usename = current_user
               AND application_name = 'muster'
            """;

    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final OpenConnections register;
    private final DataSource pool;
    private final boolean pooled;
    private int unreachable;
    private final WaitingSessions waiting = new WaitingSessions();
    private final WaitingCommits commits;
    private final Interval opening = Interval.dueNow(OPENING_INTERVAL);

    LostSessions(CredentialsManager credentials, GuardedPool guard, OpenConnections register, DataSource pool) {
        this.credentials = credentials;
        this.guard = guard;
        this.register = register;
        this.pool = pool;
        this.pooled = guard.factory().orElseThrow().pooled();
        this.commits = new WaitingCommits(guard);
    }

    /** Finds lost sessions, and ends them. */
    void end() {
        var borrowers = waitingForDatabase(
                guard.leases().longerThan(LONG_USE).stream().map(Use::borrower).toList());
        commits.forget();
        if (borrowers.isEmpty()) {
            unreachable = 0;
            waiting.clear();
            commits.none();
        } else if (register.peersReachable(borrowers, REACHABILITY_TIMEOUT)) {
            unreachable = 0;
            if (!pooled) {
                examine(register.sessionsOf(borrowers));
            }
        } else if (++unreachable == UNREACHABLE_CHECKS) {
            unreachable = 0;
            endUnreachable(borrowers);
        }
    }

    /** The threads that wait for an answer in the driver: they do not send a statement, nor map its rows. */
    private static List<Thread> waitingForDatabase(Collection<Thread> threads) {
        return threads.stream()
                .filter(thread -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(DRIVER_INPUT)))
                .toList();
    }

    private void endUnreachable(List<Thread> borrowers) {
        LOG.log(Level.WARNING, "The database does not answer: ending the requests that wait for it");
        if (Reachability.check(credentials.current().hosts(), REACHABILITY_TIMEOUT)) {
            // Another host has taken over.
            register.abort(register.sessionsOf(borrowers));
        } else {
            var silence = new SQLException("the database does not answer", "08006");
            guard.breaker().recordFailure(silence, System.nanoTime() - CircuitBreaker.OUTAGE_TOLERANCE.toNanos());
            register.abortAll();
        }
    }

    /** The database answers: it knows why these sessions do not. */
    private void examine(List<Integer> sessions) {
        if (sessions.isEmpty()) {
            return;
        }
        try {
            var lease = guard.tryBorrow(pool);
            if (lease.isPresent()) {
                try (var borrowed = lease.get()) {
                    borrowed.setAnswerTimeout(LONG_USE);
                    examine(borrowed.connection(), sessions);
                }
            } else if (opening.due()) {
                try (var connection = guard.factory().orElseThrow().unpooled().open("muster")) {
                    examine(connection, sessions);
                }
            }
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "Cannot query the state of sessions that do not answer: {0}", failure.getMessage());
        }
    }

    private void examine(Connection connection, List<Integer> sessions) throws SQLException {
        commits.examine(connection, sessions);
        endLost(connection, sessions);
    }

    /** A session that waits for this client, while a request waits for the session, has lost its connection. */
    private void endLost(Connection connection, List<Integer> sessions) throws SQLException {
        // Only those that go on waiting: this process may have been suspended, or a statement may be on its way.
        var lost = waiting.longerThan(
                session -> MIN_WAIT.plus(register.transferTime(session)),
                SessionQuery.pids(connection, WAITING, sessions));
        if (!lost.isEmpty()) {
            LOG.log(Level.WARNING, "Ending {0} sessions that do not answer", lost.size());
            // The database may never notice that their connections are closed, and would keep their locks.
            SessionQuery.pids(connection, TERMINATE, lost);
            register.abort(lost);
        }
    }
}
