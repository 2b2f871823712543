package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.muster.connections.GuardedPool;
import org.muster.connections.PoolLimits;
import org.muster.connections.SqlState;
import org.muster.connector.PhysicalDataSource;
import org.muster.credentials.Credentials.CredentialsUnavailableException;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Schema;
import org.muster.database.Schema.NewerSchemaException;
import org.muster.settings.Settings;

/** Brings the database into use: credentials, tables, the pool at its minimum, ready. Attempted until it succeeds. */
final class DatabaseStartup {
    /** The minimum interval between attempts with a refused login: more attempts might lock the account. */
    static final Duration LOGIN_INTERVAL = Duration.ofSeconds(15);
    /** The minimum interval between attempts after a failure that only a person can resolve: a newer schema, a defect. */
    static final Duration PERMANENT_FAILURE_INTERVAL = Duration.ofSeconds(15);

    private static final Logger LOG = System.getLogger(DatabaseStartup.class.getName());
    /** Pauses between calls to AWS, in seconds; the last one repeats. */
    private static final long[] AWS_PAUSES = {1, 1, 2, 4, 8, 15};
    /** PostgreSQL's default. */
    private static final int SCRAM_ITERATIONS = 4096;

    private static final int SCRAM_KEY_BITS = 256;

    private final Settings settings;
    private final CredentialsManager credentials;
    private final GuardedPool guard;
    private final DataSource pool;
    private final Readiness readiness;
    private final WarmUp warmUp;
    private Schema schema;
    private int credentialsFailures;
    private int attempts;
    private long notBefore = System.nanoTime();

    DatabaseStartup(
            Settings settings,
            CredentialsManager credentials,
            GuardedPool guard,
            DataSource pool,
            Readiness readiness,
            WarmUp warmUp) {
        this.settings = settings;
        this.credentials = credentials;
        this.guard = guard;
        this.pool = pool;
        this.readiness = readiness;
        this.warmUp = warmUp;
    }

    /** Attempts it, unless the last attempt failed too recently. */
    void attempt() {
        if (System.nanoTime() - notBefore < 0) {
            return;
        }
        attempts++;
        try {
            readiness.at(credentials.load().address());
            GuardedPool.probing(this::prepare);
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
        } catch (CredentialsUnavailableException failure) {
            pause(Duration.ofSeconds(AWS_PAUSES[Math.min(credentialsFailures++, AWS_PAUSES.length - 1)]));
            readiness.unready(failure.getMessage(), false);
        } catch (FlywayException | SQLException failure) {
            if (failure.getCause() instanceof NewerSchemaException newer) {
                pause(PERMANENT_FAILURE_INTERVAL);
                readiness.unready(newer.getMessage(), true);
                return;
            }
            if (SqlState.of(failure) == SqlState.LOGIN_REFUSED) {
                pause(LOGIN_INTERVAL);
            }
            readiness.unready(failure);
        }
    }

    private Void prepare() throws SQLException {
        try {
            if (schema == null) {
                // Before the database is there, and kept: loading these takes longer than using them.
                rehearseLogin();
                schema = new Schema(new PhysicalDataSource());
            }
            schema.migrate();
        } catch (NewerSchemaException newer) {
            throw new SQLException(newer);
        }
        new PoolLimits(settings.pool()).apply();
        guard.fill(pool);
        return null;
    }

    /** Does what the client's side of a login does (SCRAM-SHA-256, RFC 7677), so that its code is loaded and compiled. */
    private static void rehearseLogin() {
        var key = new PBEKeySpec("password".toCharArray(), new byte[] {1}, SCRAM_ITERATIONS, SCRAM_KEY_BITS);
        try {
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key);
        } catch (GeneralSecurityException unavailable) {
            LOG.log(Level.DEBUG, "Logins are not prepared", unavailable);
        }
    }

    /** Has the next attempt wait for at least this long. */
    void pause(Duration atLeast) {
        notBefore = System.nanoTime() + atLeast.toNanos();
    }
}
