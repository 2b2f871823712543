package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
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

    private static final Duration REACHABILITY_TIMEOUT = Duration.ofMillis(1_500);
    /** How often in a row the database must be found unreachable. */
    private static final int UNREACHABLE_CHECKS = 2;

    private static final String WAITING = """
            SELECT pid
              FROM pg_stat_activity
             WHERE pid = ANY (?)
               AND wait_event_type = 'Client'
               AND state_change < clock_timestamp() - INTERVAL '1.5 s'
            """;

    private static final String TERMINATE = """
            SELECT pid, pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE pid = ANY (?)
               AND wait_event_type = 'Client'
               AND usename = current_user
               AND application_name = 'muster'
            """;

    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final OpenConnections register;
    private final DataSource pool;
    private int unreachable;
    private List<Integer> waitingBefore = List.of();

    LostSessions(CredentialsManager credentials, GuardedPool guard, OpenConnections register, DataSource pool) {
        this.credentials = credentials;
        this.guard = guard;
        this.register = register;
        this.pool = pool;
    }

    /** Finds lost sessions, and ends them. */
    void end() {
        var borrowers = waitingForDatabase(
                guard.leases().longerThan(LONG_USE).stream().map(Use::borrower).toList());
        if (borrowers.isEmpty()) {
            unreachable = 0;
        } else if (register.peersReachable(borrowers, REACHABILITY_TIMEOUT)) {
            unreachable = 0;
            endWaitingForClient(register.sessionsOf(borrowers));
        } else if (++unreachable == UNREACHABLE_CHECKS) {
            unreachable = 0;
            endUnreachable(borrowers);
        }
    }

    /** The threads that are inside the driver: they wait for the database, not the database for them. */
    private static List<Thread> waitingForDatabase(Collection<Thread> threads) {
        return threads.stream()
                .filter(thread -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().startsWith("org.postgresql.")))
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

    /** The database answers. A session that waits for this client, while a request waits for the session, has lost its connection. */
    private void endWaitingForClient(List<Integer> sessions) {
        if (sessions.isEmpty()) {
            waitingBefore = List.of();
            return;
        }
        try {
            var lease = guard.tryBorrow(pool);
            if (lease.isPresent()) {
                try (var borrowed = lease.get()) {
                    borrowed.setAnswerTimeout(LONG_USE);
                    endLost(borrowed.connection(), sessions);
                }
            }
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "Cannot query the state of sessions that do not answer: {0}", failure.getMessage());
        }
    }

    private void endLost(Connection connection, List<Integer> sessions) throws SQLException {
        var waiting = pids(connection, WAITING, sessions);
        // Only those found waiting twice: this process itself may have been suspended.
        var lost = waiting.stream().filter(waitingBefore::contains).toList();
        waitingBefore = waiting;
        if (!lost.isEmpty()) {
            LOG.log(Level.WARNING, "Ending {0} sessions that do not answer", lost.size());
            // The database may never notice that their connections are closed, and would keep their locks.
            pids(connection, TERMINATE, lost);
            register.abort(lost);
        }
    }

    private static List<Integer> pids(Connection connection, String sql, List<Integer> sessions) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("int4", sessions.toArray()));
            var pids = new ArrayList<Integer>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    pids.add(rows.getInt("pid"));
                }
            }
            return pids;
        }
    }
}
