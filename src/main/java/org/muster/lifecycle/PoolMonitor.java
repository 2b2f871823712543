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
import org.muster.settings.Hosts;

/**
 * Watches the connections of one pool: detects an outage and its end, also while no requests use it. Its methods are called in turn by
 * one thread.
 */
final class PoolMonitor {
    private static final Logger LOG = System.getLogger(PoolMonitor.class.getName());
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);
    /** Between calls to AWS. */
    private static final Duration AWS_INTERVAL = Duration.ofSeconds(4);
    /** At the beginning of an outage, the database is probed at each run for this long, then less often. */
    private static final Duration EAGER_PERIOD = Duration.ofSeconds(5);
    /** Between probes while there is no replica to read from: each may sign in to the primary, if that is one of the hosts. */
    private static final Duration REPLICA_INTERVAL = Duration.ofSeconds(3);
    /** The minimum interval between checks while no connection is open and none needs to be: each costs the database a process. */
    private static final Duration EMPTY_POOL_INTERVAL = Duration.ofSeconds(15);

    private static final Duration REACHABILITY_TIMEOUT = Duration.ofSeconds(1);

    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final ConnectionFactory factory;
    private final DataSource pool;
    private final OrphanedConnections orphaned;
    private long usesBefore;
    private final Interval emptyPoolCheck = Interval.of(EMPTY_POOL_INTERVAL);

    PoolMonitor(CredentialsManager credentials, GuardedPool guard, DataSource pool) {
        this.credentials = credentials;
        this.guard = guard;
        this.factory = guard.factory().orElseThrow();
        this.pool = pool;
        this.orphaned = new OrphanedConnections(factory.register());
    }

    /** Looks whether the pool's connections can be used, unless requests have just shown that they can. */
    void watch() {
        var uses = guard.statistics().uses().count();
        var used = uses != usesBefore;
        usesBefore = uses;
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
    }

    /** Checks the database while no requests use it, by validating an idle connection. */
    private void check() {
        var figures = guard.figures();
        if (figures.total() > 0) {
            validateIdle();
        } else if (figures.min() == 0 && !emptyPoolCheck.due()) {
            return;
        } else if (!Reachability.check(hosts(), REACHABILITY_TIMEOUT)) {
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
            case LOGIN_REFUSED -> credentials.current().refusalInterval();
            case LOST, UNAVAILABLE, BUSY ->
                outage.age().compareTo(EAGER_PERIOD) < 0 ? Duration.ZERO : patientInterval();
            default -> RETRY_INTERVAL;
        };
        return outage.sinceLastAttempt().compareTo(interval) >= 0
                && (outage.state() == SqlState.LOGIN_REFUSED || reachable(outage));
    }

    private Duration patientInterval() {
        return factory.servers().areReplicas() ? REPLICA_INTERVAL : RETRY_INTERVAL.dividedBy(2);
    }

    /** Whether the database can be reached. If not, records that as the reason of the outage. */
    private boolean reachable(Outage outage) {
        if (Reachability.check(hosts(), REACHABILITY_TIMEOUT)) {
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

    private Hosts hosts() {
        return factory.servers().hosts(credentials.current());
    }
}
