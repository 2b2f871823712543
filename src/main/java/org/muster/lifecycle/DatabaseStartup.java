package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.muster.connections.Condition;
import org.muster.connections.GuardedPool;
import org.muster.connections.PoolLimits;
import org.muster.connections.SqlState;
import org.muster.credentials.Credentials.CredentialsUnavailableException;
import org.muster.credentials.CredentialsManager;
import org.muster.database.MigrationConnections;
import org.muster.database.Schema;
import org.muster.database.SchemaException;
import org.muster.settings.Settings;

/** Brings the database into use: credentials, tables, the pool at its minimum, ready. Attempted until it succeeds. */
final class DatabaseStartup {
    /** The minimum interval between attempts after a failure that only a person can resolve: a newer schema, a defect. */
    static final Duration PERMANENT_FAILURE_INTERVAL = Duration.ofSeconds(15);

    private static final Logger LOG = System.getLogger(DatabaseStartup.class.getName());
    /** The minimum interval between attempts after the database has refused one. */
    private static final Duration REFUSAL_INTERVAL = Duration.ofSeconds(1);

    private static final String STARTING_UP = "57P03";

    /** Pauses between calls to AWS, and between attempts to migrate, in seconds; the last one repeats. */
    private static final long[] PAUSES = {1, 1, 2, 4, 8, 15};

    private final Settings settings;
    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final DataSource pool;
    private final Readiness readiness;
    private final WarmUp warmUp;
    private final MigrationConnections migrations;
    private Schema schema;
    private int credentialsFailures;
    private int schemaFailures;
    private int attempts;
    private long notBefore = System.nanoTime();

    DatabaseStartup(
            Settings settings,
            CredentialsManager credentials,
            GuardedPool guard,
            DataSource pool,
            Readiness readiness,
            WarmUp warmUp,
            MigrationConnections migrations) {
        this.settings = settings;
        this.credentials = credentials;
        this.guard = guard;
        this.pool = pool;
        this.readiness = readiness;
        this.warmUp = warmUp;
        this.migrations = migrations;
    }

    /** Attempts it, unless the last attempt failed too recently. */
    void attempt() {
        if (System.nanoTime() - notBefore < 0) {
            return;
        }
        attempts++;
        try {
            readiness.at(credentials.load().address());
            prepare();
            // Not after an outage: users have waited long enough.
            if (attempts == 1) {
                readiness.unready("warming up", false);
                warmUp.run(settings.warmUp());
            }
            readiness.ready();
            LOG.log(
                    Level.INFO,
                    "Muster is ready: database {0}, credentials from {1}, {2} connections open",
                    credentials.current().address(),
                    credentials.current().source(),
                    guard.figures().total());
            schemaFailures = 0;
        } catch (CredentialsUnavailableException failure) {
            pause(growing(credentialsFailures++));
            readiness.unready(failure.getMessage(), false);
        } catch (SchemaException failure) {
            pause(pauseAfter(failure.condition()));
            readiness.unready(Diagnosis.of(failure));
        } catch (SQLException failure) {
            pause(pauseAfter(failure));
            // Requests may have found meanwhile that the database can be used again.
            if (!readiness.accepting()) {
                readiness.unready(Diagnosis.of(failure));
            }
        }
    }

    /** None while the database is not there or starts: it is used as soon as it is back. */
    private Duration pauseAfter(SQLException failure) {
        var condition = Diagnosis.of(failure).condition();
        if (condition == Condition.TOKEN_MISSING) {
            return growing(credentialsFailures++);
        }
        if (condition == Condition.METHOD_REFUSED || condition == Condition.POOLER) {
            return REFUSAL_INTERVAL;
        }
        return switch (SqlState.of(failure)) {
            case LOGIN_REFUSED -> credentials.current().refusalInterval();
            case LOST -> Duration.ZERO;
            default -> STARTING_UP.equals(SqlState.codeIn(failure)) ? Duration.ZERO : REFUSAL_INTERVAL;
        };
    }

    /** A pause that grows with the number of failures before. */
    private static Duration growing(int failures) {
        return Duration.ofSeconds(PAUSES[Math.min(failures, PAUSES.length - 1)]);
    }

    private Duration pauseAfter(Condition condition) {
        if (condition == Condition.MIGRATION_LOCKED) {
            // The attempt itself has waited for the lock.
            return Duration.ZERO;
        }
        return condition.fatal() ? PERMANENT_FAILURE_INTERVAL : growing(schemaFailures++);
    }

    /**
     * Checks that the schema is complete. If it is not, Muster is not ready, and the next {@link #attempt} migrates it.
     *
     * @param failure the SQLSTATE of the statement that has made it doubtful
     * @return whether it is complete
     * @throws SQLException if the database cannot be asked
     */
    boolean verify(String failure) throws SQLException {
        try (var connection = guard.factory().orElseThrow().unpooled().open("muster")) {
            schema.verify(connection, failure);
            return true;
        } catch (SchemaException incomplete) {
            readiness.unready(Diagnosis.of(incomplete));
            return false;
        }
    }

    private void prepare() throws SQLException, SchemaException {
        if (schema == null) {
            // Before the database is there, and kept: loading it takes longer than using it.
            schema = new Schema(
                    migrations, guard.factory().orElseThrow().unpooled().areSessions());
            readiness.showMigration(schema::progress);
        }
        signIn();
        new PoolerDetection(guard.factory().orElseThrow()).requireSessions();
        schema.migrate();
        guard.factory().orElseThrow().checkSessions(schema::check);
        if (settings.replicas().isPresent()
                || credentials.current().hosts().all().size() > 1) {
            guard.factory().orElseThrow().lostCommits().mark();
        }
        new PoolLimits("muster-pool", settings.pool()).apply();
        GuardedPool.probing(() -> {
            guard.fill(pool);
            return null;
        });
    }

    /** Finds a login that the database accepts. That its sessions do not find Muster's tables is for the migration to resolve. */
    private void signIn() throws SQLException {
        try {
            guard.factory().orElseThrow().probe();
        } catch (SQLException failure) {
            if (SqlState.of(failure) != SqlState.WRONG_SCHEMA) {
                throw failure;
            }
        }
    }

    /** Has the next attempt wait for at least this long. */
    void pause(Duration atLeast) {
        notBefore = System.nanoTime() + atLeast.toNanos();
    }
}
