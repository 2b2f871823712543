package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.GuardedPool.Lease;
import org.muster.connections.GuardedPool.Use;
import org.muster.connections.PoolFigures;
import org.muster.connections.PoolLimits;
import org.muster.connections.Reachability;
import org.muster.connections.SqlState;
import org.muster.connector.PhysicalDataSource;
import org.muster.credentials.Credentials.CredentialsUnavailableException;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Schema;
import org.muster.database.Schema.NewerSchemaException;
import org.muster.settings.Settings;

/**
 * Brings the database into use: credentials, tables, the pool at its minimum, ready. Run again and again, by one thread
 * at a time, it tries until that holds, and from then on notices when the database goes, and is the one who looks
 * whether it is back.
 */
final class DatabaseMonitor implements Runnable {
    private static final Logger LOG = System.getLogger(DatabaseMonitor.class.getName());
    /** Calls to AWS are not repeated faster than these, in seconds. */
    private static final long[] PAUSES = {1, 1, 2, 4, 8, 15};
    /** A refused login is not repeated faster than this, or accounts get locked. */
    private static final Duration BETWEEN_LOGINS = Duration.ofSeconds(15);
    /** What cannot be mended by waiting is not tried faster than this. */
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    /** For so long a database that answers but cannot be used is tried as fast as it can be. */
    private static final Duration EAGER = Duration.ofSeconds(5);

    private static final Duration KNOCK = Duration.ofSeconds(1);
    /** From then on it is asked whether anybody is there while a request waits for the database. */
    private static final Duration LONG_USE = Duration.ofSeconds(2);

    private static final Duration LONG_KNOCK = Duration.ofMillis(1_500);
    private static final int KNOCKS = 2;
    /** For so long the pool may look at what it has before it has one to lend. */
    private static final Duration ABANDONED = Duration.ofSeconds(3);

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

    private final Settings settings;
    private final CredentialsManager logins;
    private final ConnectionFactory opener;
    private final GuardedPool connections;
    private final DataSource pool;
    private final Readiness state;
    private int failures;
    private long notBefore = System.nanoTime();
    private int unanswered;
    private String told = "";
    private long usesSeen;
    private List<Integer> waitingBefore = List.of();
    private OptionalLong fruitlessSince = OptionalLong.empty();

    DatabaseMonitor(
            Settings settings,
            CredentialsManager logins,
            ConnectionFactory opener,
            GuardedPool connections,
            DataSource pool,
            Readiness state) {
        this.settings = settings;
        this.logins = logins;
        this.opener = opener;
        this.connections = connections;
        this.pool = pool;
        this.state = state;
    }

    @Override
    public void run() {
        try {
            if (state.stopping()) {
                return;
            }
            if (state.started()) {
                watch();
            } else if (rested()) {
                start();
            }
        } catch (RuntimeException | Error defect) {
            // Thrown on, it would end the supervision for good.
            pause(BETWEEN_LOGINS);
            LOG.log(Level.ERROR, "Muster cannot use the database", defect);
            unready("an unexpected failure, see the server's log", false);
        }
    }

    private void start() {
        try {
            state.at(logins.load().address());
            GuardedPool.probing(this::prepare);
            LOG.log(
                    Level.INFO,
                    "Muster is ready: database {0}, credentials from {1}, {2} connections open",
                    logins.current().address(),
                    logins.current().source(),
                    opener.connections());
            state.ready();
        } catch (CredentialsUnavailableException failure) {
            pause(Duration.ofSeconds(PAUSES[Math.min(failures++, PAUSES.length - 1)]));
            unready(failure.getMessage(), false);
        } catch (FlywayException | SQLException failure) {
            if (failure.getCause() instanceof NewerSchemaException newer) {
                pause(BETWEEN_LOGINS);
                unready(newer.getMessage(), true);
                return;
            }
            if (SqlState.of(failure) == SqlState.LOGIN_REFUSED) {
                pause(BETWEEN_LOGINS);
            }
            unready(reason(failure), false);
        }
    }

    private Void prepare() throws SQLException {
        try {
            new Schema(new PhysicalDataSource()).migrate();
        } catch (NewerSchemaException newer) {
            throw new SQLException(newer);
        }
        new PoolLimits(settings.pool()).apply();
        warm();
        return null;
    }

    private void warm() throws SQLException {
        var loans = new ArrayList<Lease>();
        try {
            for (var i = 0; i < Math.max(1, settings.pool().min()); i++) {
                connections.borrowOrOpen(pool).ifPresent(loans::add);
            }
        } finally {
            loans.forEach(Lease::close);
        }
    }

    private void watch() {
        var uses = connections.uses().count();
        var progress = uses != usesSeen;
        usesSeen = uses;
        endSilentUse();
        var outage = connections.breaker().outage();
        if (outage.isEmpty()) {
            if (progress) {
                fruitlessSince = OptionalLong.empty();
            } else {
                check();
            }
        } else {
            dropDead();
            if (due(outage.get())) {
                open();
            }
        }
        state.at(logins.current().address());
        state.ready();
        tell();
    }

    /** Whether it is time to try again; somebody has to be there for it. */
    private boolean due(Outage outage) {
        var pause = switch (outage.state()) {
            case LOGIN_REFUSED -> BETWEEN_LOGINS;
            case LOST, UNAVAILABLE, BUSY ->
                outage.age().compareTo(EAGER) < 0 ? Duration.ZERO : BETWEEN_TRIES.dividedBy(2);
            default -> BETWEEN_TRIES;
        };
        return outage.untried().compareTo(pause) >= 0 && (outage.state() == SqlState.LOGIN_REFUSED || isThere(outage));
    }

    /** Whether anybody answers; if not, that is what has become of an outage that began otherwise. */
    private boolean isThere(Outage outage) {
        if (Reachability.answered(logins.current().hosts(), KNOCK)) {
            return true;
        }
        if (outage.state() != SqlState.LOST) {
            silence();
        }
        return false;
    }

    private void silence() {
        connections.breaker().failed(new SQLException("the database does not answer", "08001"), System.nanoTime());
    }

    /** While nobody else would notice, an idle connection tells that the database has gone. */
    private void check() {
        var figures = connections.figures();
        if (figures.total() > 0) {
            dropDead();
        } else if (!Reachability.answered(logins.current().hosts(), KNOCK)) {
            silence();
        } else if (figures.min() > 0) {
            open();
        }
    }

    /** Has the pool look at its idle connections until one answers; the others leave it. */
    private void dropDead() {
        var before = connections.figures();
        if (before.idle() == 0) {
            return;
        }
        try {
            var idle = connections.borrowIdle(pool);
            usesSeen += idle.isPresent() ? 1 : 0;
            idle.ifPresent(Lease::close);
            fruitlessSince = OptionalLong.empty();
        } catch (SQLException noneAnswers) {
            LOG.log(Level.DEBUG, "No idle connection answers", noneAnswers);
            endAbandoned(before);
        }
    }

    /** What stays open while the pool has none to lend, and drops none, is no longer the pool's. */
    private void endAbandoned(PoolFigures before) {
        var now = connections.figures();
        if (before.active() > 0 || now.active() > 0 || now.total() != before.total()) {
            // It may be one of the others that the pool has not come to yet.
            fruitlessSince = OptionalLong.empty();
        } else if (fruitlessSince.isEmpty()) {
            fruitlessSince = OptionalLong.of(System.nanoTime());
        } else if (System.nanoTime() - fruitlessSince.getAsLong() >= ABANDONED.toNanos()) {
            opener.endAbandoned(fruitlessSince.getAsLong());
        }
    }

    /** Looks whether the database is back, beside the pool: all its connections may be waited for by now. */
    private void open() {
        try {
            if (connections.breaker().outage().isPresent()) {
                opener.probe();
            }
            if (opener.connections() < settings.pool().min()) {
                warm();
            }
        } catch (SQLException failure) {
            LOG.log(Level.DEBUG, "The database cannot be used yet", failure);
        }
    }

    /** Requests whose answer will not come are given up: the network does not tell them. */
    private void endSilentUse() {
        var borrowers = ConnectionFactory.waiting(
                connections.usesFor(LONG_USE).stream().map(Use::borrower).toList());
        if (borrowers.isEmpty()) {
            unanswered = 0;
        } else if (opener.peersAnswer(borrowers, LONG_KNOCK)) {
            unanswered = 0;
            endLostSessions(opener.sessionsOf(borrowers));
        } else if (++unanswered == KNOCKS) {
            unanswered = 0;
            LOG.log(Level.WARNING, "The database does not answer: giving up the requests that wait for it");
            if (Reachability.answered(logins.current().hosts(), LONG_KNOCK)) {
                // Another one does.
                opener.abort(opener.sessionsOf(borrowers));
            } else {
                var silence = new SQLException("the database does not answer", "08006");
                connections.breaker().failed(silence, System.nanoTime() - GuardedPool.RIDE_OUT.toNanos());
                opener.abortAll();
            }
        }
    }

    /** The database is there. A session that waits for us, while a request waits for it, has lost the way. */
    private void endLostSessions(List<Integer> sessions) {
        if (sessions.isEmpty()) {
            waitingBefore = List.of();
            return;
        }
        try {
            var loan = connections.borrowNow(pool);
            if (loan.isPresent()) {
                try (var borrowed = loan.get()) {
                    borrowed.answerWithin(LONG_USE);
                    var waiting = pids(borrowed.connection(), WAITING, sessions);
                    // Not at first sight: this process may have been the one that slept.
                    var lost = waiting.stream().filter(waitingBefore::contains).toList();
                    waitingBefore = waiting;
                    if (!lost.isEmpty()) {
                        LOG.log(Level.WARNING, "{0} sessions do not answer: giving them up", lost.size());
                        // The database may never hear that they are closed, and would keep their locks.
                        pids(borrowed.connection(), TERMINATE, lost);
                        opener.abort(lost);
                    }
                }
            }
        } catch (SQLException failure) {
            LOG.log(
                    Level.WARNING,
                    "Nobody could be asked about sessions that do not answer: {0}",
                    failure.getMessage());
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

    /** Tells the log what {@link Readiness#now} tells everybody else. */
    private void tell() {
        var now = state.now();
        if (!now.reason().equals(told)) {
            if (now.ready()) {
                LOG.log(Level.INFO, "The database {0} can be used again", now.address());
            } else {
                LOG.log(Level.WARNING, "Muster is not ready: {0}", now.reason());
            }
        }
        told = now.reason();
    }

    private void unready(String reason, boolean fatal) {
        state.unready(reason, fatal);
        tell();
    }

    private void pause(Duration atLeast) {
        notBefore = System.nanoTime() + atLeast.toNanos();
    }

    private boolean rested() {
        return System.nanoTime() - notBefore >= 0;
    }

    /** One line for the operator. The driver's messages hold no password. */
    private String reason(Exception failure) {
        var message = String.valueOf(failure.getMessage());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                message = sql.getMessage();
                break;
            }
        }
        return state.reason(message.lines().findFirst().orElse(""), SqlState.codeIn(failure));
    }
}
