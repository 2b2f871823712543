package org.muster.connections;

import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.Login;
import org.muster.settings.Settings;
import org.postgresql.jdbc.PgConnection;

/**
 * Opens physical connections for the server's pool. While it is in doubt whether the database accepts connections, one caller tries
 * and the others wait for the outcome.
 */
public final class ConnectionFactory implements Callable<Connection> {
    /** For this long after a connection was opened, the database is assumed to accept others. */
    private static final long TRUST_PERIOD = TimeUnit.SECONDS.toNanos(2);

    private final Settings settings;
    private final CredentialsManager credentials;
    private final CircuitBreaker breaker;
    private final Timeouts timeouts;
    private final OpenConnections register;
    private final PoolStatistics statistics = new PoolStatistics();
    private final ConnectionContext context;
    private final ConnectThrottle throttle = new ConnectThrottle(this::inDoubt);
    private final LoginFallback fallback;
    private volatile long openedAt = System.nanoTime() - TRUST_PERIOD;

    public ConnectionFactory(Settings settings, CredentialsManager credentials, CircuitBreaker breaker) {
        this.settings = settings;
        this.credentials = credentials;
        this.breaker = breaker;
        this.timeouts = Timeouts.of(settings);
        this.register = new OpenConnections(breaker);
        this.context = new ConnectionContext(breaker, timeouts, credentials, statistics);
        this.fallback = new LoginFallback(credentials, this::openWith);
    }

    /**
     * Opens a connection, within the time that the borrower has left.
     *
     * @throws SQLException as the driver says; at once while the database is known to be unreachable
     */
    @Override
    public Connection call() throws SQLException {
        var request = ThreadContext.request().orElseGet(() -> OpenRequest.withoutDeadline(OpenPolicy.NORMAL));
        // A pool below its minimum calls once for each missing connection: after one failure, fail at once.
        request.rethrowFailure();
        request.connectionLost(false);
        try {
            return open(request.policy(), request.deadline().orElseGet(() -> Deadline.in(timeouts.acquire())));
        } catch (SQLException failure) {
            request.failed(failure);
            throw failure;
        }
    }

    private Connection open(OpenPolicy policy, Deadline deadline) throws SQLException {
        requirePermission(policy);
        if (!enter(deadline)) {
            throw new SQLException("the database did not answer in time", "08001");
        }
        Connection connection = null;
        try {
            requirePermission(policy);
            connection = openRecorded(deadline);
            return connection;
        } finally {
            throttle.leave(connection != null);
        }
    }

    private boolean enter(Deadline deadline) throws SQLException {
        try {
            return throttle.enter(deadline);
        } catch (InterruptedException interrupted) {
            throw ConnectAttempt.interrupted();
        }
    }

    private boolean inDoubt() {
        return System.nanoTime() - openedAt >= TRUST_PERIOD || breaker.requiresProof(openedAt);
    }

    private void requirePermission(OpenPolicy policy) throws SQLException {
        refuseIfStopping();
        var outage = breaker.outage();
        if (policy == OpenPolicy.NEVER) {
            throw outage.map(CircuitBreaker.Outage::refusal)
                    .orElseGet(() -> new SQLException("no open connection answers", "08003"));
        }
        if (policy == OpenPolicy.NORMAL && outage.isPresent() && !outage.get().retryDue()) {
            throw outage.get().refusal();
        }
    }

    private void refuseIfStopping() throws SQLException {
        if (register.closed()) {
            throw new SQLException("Muster is stopping", "57P01");
        }
    }

    /** Opens one, with another login if need be, and tells the breaker if that failed. */
    private Connection openRecorded(Deadline deadline) throws SQLException {
        var since = System.nanoTime();
        try {
            return openWithAnyLogin(deadline);
        } catch (SQLException failure) {
            // No evidence: the caller's deadline ended the attempt, or a later attempt has succeeded.
            if (!deadline.passed() && openedAt - since < 0) {
                openedAt = System.nanoTime() - TRUST_PERIOD;
                breaker.recordFailure(failure, since);
            }
            throw failure;
        }
    }

    private Connection openWithAnyLogin(Deadline deadline) throws SQLException {
        var login = credentials.next();
        try {
            return openWith(login, deadline);
        } catch (SQLException failure) {
            if (SqlState.of(failure) != SqlState.LOGIN_REFUSED) {
                throw failure;
            }
            return fallback.open(login, failure, deadline);
        }
    }

    private Connection openWith(Login login, Deadline deadline) throws SQLException {
        var since = System.nanoTime();
        var attempt = new ConnectAttempt();
        var connection = attempt.open(login.url(), login.properties(settings), deadline.remaining(timeouts.connect()));
        statistics.creations().add(System.nanoTime() - since);
        credentials.accepted(login, since);
        openedAt = System.nanoTime();
        breaker.recordSuccess();
        return PhysicalConnection.of(session(connection, attempt.socket(), login));
    }

    private Session session(PgConnection connection, Socket socket, Login login) throws SQLException {
        try {
            var session = new Session(connection, socket, login, context, register::remove);
            register.add(session);
            return session;
        } catch (SQLException lost) {
            connection.close();
            throw lost;
        }
    }

    /** Signs in with a login that is newer than the one in use, and replaces that if the database accepts it. */
    public void verify(Login login) {
        try {
            new ConnectAttempt()
                    .open(login.url(), login.properties(settings), timeouts.connect())
                    .close();
            credentials.verified(login);
        } catch (SQLException failure) {
            credentials.unverified(login, "SQLSTATE " + failure.getSQLState());
        }
    }

    /**
     * Opens a connection outside the pool, with the login in use. Neither its success nor its failure tells the breaker
     * anything.
     *
     * <p>Requires that the login has been loaded.
     *
     * @param applicationName what {@code pg_stat_activity} shows
     * @throws SQLException if it cannot be opened; 57P01 while Muster is stopping
     */
    public PgConnection openUnpooled(String applicationName) throws SQLException {
        refuseIfStopping();
        var login = credentials.current();
        var properties = login.properties(settings);
        properties.setProperty("ApplicationName", applicationName);
        return new ConnectAttempt().open(login.url(), properties, timeouts.connect());
    }

    /**
     * Opens a connection, even in an outage, and closes it again: if that succeeds, the outage is over. Requires that the login
     * has been loaded.
     *
     * @throws SQLException if it cannot be opened; 57P01 while Muster is stopping
     */
    public void probe() throws SQLException {
        ThreadContext.call(OpenRequest.withoutDeadline(OpenPolicy.PROBE), this::call)
                .close();
    }

    /** The connections that are open. */
    public OpenConnections register() {
        return register;
    }

    /** What has been counted and timed. */
    public PoolStatistics statistics() {
        return statistics;
    }

    /** How many connections are being opened now. */
    public int opening() {
        return throttle.opening();
    }

    /** Whether a caller that wants to open one would have to wait for others that do. */
    boolean saturated() {
        return throttle.full();
    }
}
