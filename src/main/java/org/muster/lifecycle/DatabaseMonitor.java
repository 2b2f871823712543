package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.Lease;
import org.muster.connections.Reachability;
import org.muster.connections.SqlState;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.NoTokenException;
import org.muster.database.Database;
import org.muster.database.Impairments.Seen;

/**
 * Watches the database, four times a second, by one thread at a time: starts its use, detects an outage while no request is running, and
 * probes whether the database is back.
 */
final class DatabaseMonitor implements Runnable {
    private static final Logger LOG = System.getLogger(DatabaseMonitor.class.getName());
    /** The minimum interval between probes after a failure that waiting does not resolve. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);
    /** Between calls to AWS. */
    private static final Duration AWS_INTERVAL = Duration.ofSeconds(4);
    /** At the beginning of an outage, the database is probed at each run for this long, then less often. */
    private static final Duration EAGER_PERIOD = Duration.ofSeconds(5);

    /** The minimum interval between verifications of the schema: a statement may be at fault, again and again. */
    private static final Duration VERIFICATION_INTERVAL = Duration.ofSeconds(5);
    /** The minimum interval between questions to a database that accepts reads only. */
    private static final Duration READ_ONLY_INTERVAL = Duration.ofSeconds(1);
    /** The minimum interval between checks while no connection is open and none needs to be: each costs the database a process. */
    private static final Duration EMPTY_POOL_INTERVAL = Duration.ofSeconds(15);

    private static final Duration REACHABILITY_TIMEOUT = Duration.ofSeconds(1);

    private final DatabaseStartup startup;
    private final Database database;
    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final ConnectionFactory factory;
    private final DataSource pool;
    private final Readiness readiness;
    private final ReadinessLog log;
    private final LostSessions lostSessions;
    private final OrphanedConnections orphaned;
    private long usesBefore;
    private boolean incomplete;
    private long askedAt = System.nanoTime();
    private long verifiedAt = System.nanoTime() - VERIFICATION_INTERVAL.toNanos();

    DatabaseMonitor(
            DatabaseStartup startup,
            Database database,
            CredentialsManager credentials,
            DataSource pool,
            Readiness readiness) {
        this.startup = startup;
        this.database = database;
        this.credentials = credentials;
        this.guard = database.pool();
        this.factory = guard.factory().orElseThrow();
        this.pool = pool;
        this.readiness = readiness;
        this.log = new ReadinessLog(readiness);
        this.lostSessions = new LostSessions(credentials, guard, factory.register(), pool);
        this.orphaned = new OrphanedConnections(factory.register());
    }

    @Override
    public void run() {
        try {
            if (readiness.stopping()) {
                return;
            }
            if (!readiness.started() || incomplete) {
                startup.attempt();
                incomplete = readiness.started() && !readiness.now().ready();
            } else {
                watch();
            }
            log.update();
        } catch (RuntimeException | Error defect) {
            // If it were thrown, the executor would never run the monitor again.
            LOG.log(Level.ERROR, "Muster cannot use the database", defect);
            startup.pause(DatabaseStartup.PERMANENT_FAILURE_INTERVAL);
            readiness.unready("an unexpected failure; see the server's log", false);
        }
    }

    private void watch() {
        var uses = guard.statistics().uses().count();
        var used = uses != usesBefore;
        usesBefore = uses;
        lostSessions.end();
        watchSchema();
        watchReadOnly();
        if (incomplete) {
            return;
        }
        var outage = guard.breaker().outage();
        if (outage.isPresent()) {
            validateIdle();
            if (probeDue(outage.get())) {
                probe();
            }
        } else if (used) {
            orphaned.recordProgress();
        } else {
            check();
        }
        readiness.at(credentials.current().address());
        readiness.ready();
    }

    /** Has the schema verified after a statement, or each new session, has missed a part of it. */
    private void watchSchema() {
        var failure = database.impairments().schema();
        if (failure.isPresent()) {
            verifySchema(failure.get());
        } else {
            incomplete = guard.totalOutage()
                    .filter(outage -> outage.state() == SqlState.WRONG_SCHEMA)
                    .isPresent();
        }
    }

    private void verifySchema(Seen failure) {
        if (System.nanoTime() - verifiedAt < VERIFICATION_INTERVAL.toNanos()) {
            return;
        }
        verifiedAt = System.nanoTime();
        try {
            incomplete = !startup.verify();
            database.impairments().verified(failure, !incomplete);
        } catch (SQLException failed) {
            LOG.log(Level.DEBUG, "The schema cannot be verified now", failed);
        }
    }

    /** While the database accepts reads only, asks whether it accepts writes again: sessions that are open do not learn it. */
    private void watchReadOnly() {
        if (!factory.register().readOnlyDatabase() || !due(READ_ONLY_INTERVAL)) {
            return;
        }
        try {
            if (factory.unpooled().acceptWrites()) {
                factory.register().replaceReadOnly();
            }
        } catch (SQLException failure) {
            LOG.log(Level.DEBUG, "It is not known whether the database accepts writes", failure);
        }
    }

    /** Whether the database was not asked for this long. If so, it is asked now. */
    private boolean due(Duration interval) {
        var now = System.nanoTime();
        if (now - askedAt < interval.toNanos()) {
            return false;
        }
        askedAt = now;
        return true;
    }

    /** Checks the database while no requests use it, by validating an idle connection. */
    private void check() {
        var figures = guard.figures();
        if (figures.total() > 0) {
            validateIdle();
        } else if (figures.min() == 0 && !due(EMPTY_POOL_INTERVAL)) {
            return;
        } else if (!Reachability.check(credentials.current().hosts(), REACHABILITY_TIMEOUT)) {
            recordSilence();
        } else {
            probe();
        }
    }

    /** Has the pool validate its idle connections until one answers; it drops the others. */
    private void validateIdle() {
        var before = guard.figures();
        if (before.idle() == 0) {
            return;
        }
        try {
            var idle = guard.borrowIdle(pool);
            usesBefore += idle.isPresent() ? 1 : 0;
            idle.ifPresent(Lease::close);
            orphaned.recordProgress();
        } catch (SQLException noneAnswers) {
            LOG.log(Level.DEBUG, "No idle connection answers", noneAnswers);
            orphaned.noneToLend(before, guard.figures());
        }
    }

    /** Whether a probe is due, and the database can be reached. */
    private boolean probeDue(Outage outage) {
        if (outage.reason().startsWith(NoTokenException.BEGINNING)) {
            return outage.sinceLastAttempt().compareTo(AWS_INTERVAL) >= 0;
        }
        var interval = switch (outage.state()) {
            case LOGIN_REFUSED -> DatabaseStartup.loginInterval(credentials.current());
            case LOST, UNAVAILABLE, BUSY ->
                outage.age().compareTo(EAGER_PERIOD) < 0 ? Duration.ZERO : RETRY_INTERVAL.dividedBy(2);
            default -> RETRY_INTERVAL;
        };
        return outage.sinceLastAttempt().compareTo(interval) >= 0
                && (outage.state() == SqlState.LOGIN_REFUSED || reachable(outage));
    }

    /** Whether the database can be reached. If not, records that as the reason of the outage. */
    private boolean reachable(Outage outage) {
        if (Reachability.check(credentials.current().hosts(), REACHABILITY_TIMEOUT)) {
            return true;
        }
        if (outage.state() != SqlState.LOST) {
            recordSilence();
        }
        return false;
    }

    private void recordSilence() {
        guard.breaker().recordFailure(new SQLException("the database does not answer", "08001"), System.nanoTime());
    }

    /** Opens a connection to find out whether the database is available: first outside the pool, which may be exhausted. */
    private void probe() {
        try {
            if (guard.breaker().outage().isPresent() || factory.register().count() == 0) {
                factory.probe();
            }
            if (factory.register().count() < guard.figures().min()) {
                guard.fill(pool);
            }
        } catch (SQLException failure) {
            LOG.log(Level.DEBUG, "The database cannot be used yet", failure);
        }
    }
}
