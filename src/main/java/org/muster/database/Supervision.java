package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.muster.connector.PhysicalDataSource;
import org.muster.database.Credentials.CredentialsUnavailable;
import org.muster.database.Schema.NewerSchema;

/**
 * Brings the database into use: credentials, tables, the pool at its minimum, ready. Run again and again, by one thread
 * at a time, it tries until that holds, and from then on notices when the database goes and when it is back.
 */
final class Supervision implements Runnable {
    private static final Logger LOG = System.getLogger(Supervision.class.getName());
    /** Refused logins and calls to AWS are not repeated faster than these, or accounts get locked. */
    private static final long[] PAUSES = {1, 1, 2, 4, 8, 15};

    private final Settings settings;
    private final Logins logins;
    private final DataSource pool;
    private final DatabaseState state;
    private int refusals;
    private long notBefore = System.nanoTime();

    Supervision(Settings settings, Logins logins, DataSource pool, DatabaseState state) {
        this.settings = settings;
        this.logins = logins;
        this.pool = pool;
        this.state = state;
    }

    @Override
    public void run() {
        if (state.now().ready()) {
            check();
        } else if (System.nanoTime() - notBefore >= 0) {
            start();
        }
    }

    private void start() {
        try {
            state.signedInWith(logins.load());
            new Schema(new PhysicalDataSource()).migrate();
            new PoolLimits(settings.pool()).apply();
            warm();
            refusals = 0;
            state.ready();
            LOG.log(
                    Level.INFO,
                    "Muster is ready: database {0}, credentials from {1}, {2} connections open",
                    state.now().address(),
                    state.now().source(),
                    state.figures().total());
        } catch (CredentialsUnavailable failure) {
            pause();
            unready(failure.getMessage(), false);
        } catch (NewerSchema failure) {
            pause();
            unready(failure.getMessage(), true);
        } catch (FlywayException | SQLException failure) {
            if (SqlState.of(SqlState.codeIn(failure)) == SqlState.LOGIN_REFUSED) {
                pause();
            }
            unready(reason(failure), false);
        } catch (RuntimeException defect) {
            pause();
            LOG.log(Level.ERROR, "Muster cannot use the database", defect);
            unready("an unexpected failure, see the server's log", false);
        }
    }

    private void warm() throws SQLException {
        var connections = new ArrayList<Connection>();
        try {
            for (var i = 0; i < Math.max(1, settings.pool().min()); i++) {
                connections.add(pool.getConnection());
            }
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    private void check() {
        try (var connection = PoolUse.borrow(pool)) {
            connection.isValid((int) Math.max(1, settings.connectTimeout().toSeconds()));
        } catch (SQLException failure) {
            var busy = DatabaseException.acquiring(failure).state() == SqlState.BUSY;
            if (!busy) {
                unready(reason(failure), false);
            }
        }
    }

    private void unready(String reason, boolean fatal) {
        if (!reason.equals(state.now().reason())) {
            LOG.log(Level.WARNING, "Muster is not ready: {0}", reason);
        }
        state.unready(reason, fatal);
    }

    private void pause() {
        notBefore = System.nanoTime()
                + Duration.ofSeconds(PAUSES[Math.min(refusals, PAUSES.length - 1)])
                        .toNanos();
        refusals++;
    }

    /** One line for the operator. The driver's messages hold no password. */
    private String reason(Exception failure) {
        var code = SqlState.codeIn(failure);
        var now = state.now();
        if (SqlState.of(code) == SqlState.LOGIN_REFUSED) {
            return "the database " + now.address() + " refused the login from " + now.source() + " (SQLSTATE " + code
                    + ")";
        }
        return "the database " + now.address() + " cannot be used (SQLSTATE " + code + "): " + message(failure);
    }

    private static String message(Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                message = sql.getMessage();
                break;
            }
        }
        return message.lines().findFirst().orElse("");
    }
}
