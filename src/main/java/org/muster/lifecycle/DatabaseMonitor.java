package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.SqlState;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Database;
import org.muster.database.Impairments.Seen;

/**
 * Watches the database, four times a second, in a thread of its own: starts its use, detects an outage while no request is running, and
 * probes whether the database is back.
 */
final class DatabaseMonitor implements Runnable {
    private static final Logger LOG = System.getLogger(DatabaseMonitor.class.getName());

    /** The minimum interval between verifications of the schema: a statement may be at fault, again and again. */
    private static final Duration VERIFICATION_INTERVAL = Duration.ofSeconds(5);
    /** The minimum interval between questions to a database that accepts reads only. */
    private static final Duration READ_ONLY_INTERVAL = Duration.ofSeconds(1);

    private final DatabaseStartup startup;
    private final Database database;
    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final ConnectionFactory factory;
    private final Readiness readiness;
    private final ReadinessLog log;
    private final LostSessions lostSessions;
    private final PoolMonitor connections;
    private boolean incomplete;
    private final Interval asking = Interval.of(READ_ONLY_INTERVAL);
    private final Interval verifying = Interval.dueNow(VERIFICATION_INTERVAL);

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
        this.readiness = readiness;
        this.log = new ReadinessLog(readiness);
        this.lostSessions = new LostSessions(credentials, guard, factory.register(), pool);
        this.connections = new PoolMonitor(credentials, guard, pool);
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
        lostSessions.end();
        watchSchema();
        watchReadOnly();
        if (incomplete) {
            return;
        }
        connections.watch();
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
        if (!verifying.due()) {
            return;
        }
        try {
            incomplete = !startup.verify(failure.code());
            database.impairments().verified(failure, !incomplete);
        } catch (SQLException failed) {
            LOG.log(Level.DEBUG, "The schema cannot be verified now", failed);
        }
    }

    /** While the database accepts reads only, asks whether it accepts writes again: sessions that are open do not learn it. */
    private void watchReadOnly() {
        if (!factory.register().readOnlyDatabase() || !asking.due()) {
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
}
