package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.Login;

/** Opens a connection with another login after the database refused one. One caller searches for it, on behalf of all. */
final class LoginFallback {
    private static final Logger LOG = System.getLogger(LoginFallback.class.getName());

    private final CredentialsManager credentials;
    private final Opening opening;
    private final ReentrantLock search = new ReentrantLock();
    private volatile boolean requested;

    /** Opens a connection with this login. */
    @FunctionalInterface
    interface Opening {
        Connection open(Login login, Deadline deadline) throws SQLException;
    }

    LoginFallback(CredentialsManager credentials, Opening opening) {
        this.credentials = credentials;
        this.opening = opening;
    }

    /** Requests a search by a thread that has the time for it. */
    void request() {
        requested = true;
    }

    /** Whether a search was requested since this was last called. */
    boolean takeRequest() {
        var was = requested;
        requested = false;
        return was;
    }

    /**
     * Opens a connection with another login.
     *
     * @param refused the login that the database refused
     * @param refusal the database's refusal, thrown if no other login is accepted
     */
    Connection open(Login refused, SQLException refusal, Deadline deadline) throws SQLException {
        if (!lock(deadline)) {
            throw refusal;
        }
        try {
            var current = credentials.current();
            if (!current.sameAs(refused)) {
                var connection = openUnlessRefused(() -> Optional.of(current), deadline);
                if (connection.isPresent()) {
                    return connection.get();
                }
            }
            credentials.refused(refused);
            LOG.log(Level.WARNING, "The database refused the login from {0}: trying another", refused.source());
            for (var candidate : credentials.alternatives()) {
                if (deadline.remaining().compareTo(CredentialsManager.FETCH_TIMEOUT) < 0) {
                    request();
                    break;
                }
                var connection = openUnlessRefused(candidate, deadline);
                if (connection.isPresent()) {
                    return connection.get();
                }
            }
            throw refusal;
        } finally {
            search.unlock();
        }
    }

    private boolean lock(Deadline deadline) throws SQLException {
        try {
            return search.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            throw ConnectAttempt.interrupted();
        }
    }

    /** @param candidate fetches a login, perhaps from AWS */
    private Optional<Connection> openUnlessRefused(Supplier<Optional<Login>> candidate, Deadline deadline)
            throws SQLException {
        var login = candidate.get();
        if (login.isEmpty() || deadline.passed() || credentials.wasRefused(login.get())) {
            return Optional.empty();
        }
        try {
            return Optional.of(opening.open(login.get(), deadline));
        } catch (SQLException failure) {
            if (SqlState.of(failure) != SqlState.LOGIN_REFUSED) {
                throw failure;
            }
            credentials.refused(login.get());
            return Optional.empty();
        }
    }
}
