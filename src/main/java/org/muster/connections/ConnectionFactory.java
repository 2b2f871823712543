package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    private static final Logger LOG = System.getLogger(ConnectionFactory.class.getName());
    /** For this long after a connection was opened, the database is assumed to accept others. */
    private static final long TRUST_PERIOD = TimeUnit.SECONDS.toNanos(2);
    /** The time for a connection that no borrower waits for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Settings settings;
    private final Servers servers;
    private final CredentialsManager credentials;
    private final CircuitBreaker breaker;
    private final Timeouts timeouts;
    private final OpenConnections register;
    private final PoolStatistics statistics = new PoolStatistics();
    private final ConnectionContext context;
    private final ConnectThrottle throttle = new ConnectThrottle(this::inDoubt);
    private final LoginFallback fallback;
    private final UnpooledConnections unpooled;
    private final LostCommits lostCommits;
    private volatile SessionCheck sessionCheck = connection -> {};
    private volatile long openedAt = System.nanoTime() - TRUST_PERIOD;

    /** Checks whether the application can use a session that was just opened. */
    @FunctionalInterface
    public interface SessionCheck {
        /** @throws SQLException why not */
        void check(Connection connection) throws SQLException;
    }

    /** @param servers which servers it opens connections to */
    public ConnectionFactory(
            Settings settings, Servers servers, CredentialsManager credentials, CircuitBreaker breaker) {
        this.settings = settings;
        this.servers = servers;
        this.credentials = credentials;
        this.breaker = breaker;
        this.timeouts = Timeouts.of(settings);
        this.register = new OpenConnections(breaker);
        this.fallback = new LoginFallback(credentials, this::openWith);
        this.unpooled = new UnpooledConnections(
                settings, servers, credentials, timeouts, register, new LoginRefusals(breaker, fallback));
        this.lostCommits = new LostCommits(() -> unpooled.open("muster"), register::closed, statistics);
        this.context =
                new ConnectionContext(servers, pooled(), breaker, timeouts, credentials, statistics, lostCommits);
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
            return open(request.policy(), request.deadline().orElseGet(() -> Deadline.in(PATIENCE)));
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
            connection = openRecorded(policy, deadline);
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
        register.requireOpen();
        var outage = breaker.outage();
        if (policy == OpenPolicy.NEVER) {
            throw outage.map(CircuitBreaker.Outage::refusal)
                    .orElseGet(() -> new SQLException("no open connection answers", "08003"));
        }
        if (policy == OpenPolicy.NORMAL && outage.isPresent() && !outage.get().retryDue()) {
            throw outage.get().refusal();
        }
    }

    /** Opens one, with another login if need be, and tells the breaker if that failed. */
    private Connection openRecorded(OpenPolicy policy, Deadline deadline) throws SQLException {
        var since = System.nanoTime();
        try {
            return openWithAnyLogin(policy, deadline);
        } catch (SQLException failure) {
            // No evidence: the caller's deadline ended the attempt, or a later attempt has succeeded.
            if (!deadline.passed() && breaker.recordFailedAttempt(failure, since)) {
                openedAt = System.nanoTime() - TRUST_PERIOD;
            }
            throw failure;
        }
    }

    private Connection openWithAnyLogin(OpenPolicy policy, Deadline deadline) throws SQLException {
        if (servers.areReplicas()) {
            // They may lag behind a change of the password: what they refuse says nothing about a login.
            return openWith(credentials.current(), deadline);
        }
        var login = credentials.next();
        try {
            return openWith(login, deadline);
        } catch (SQLException failure) {
            if (SqlState.of(failure) != SqlState.LOGIN_REFUSED) {
                throw failure;
            }
            if (policy == OpenPolicy.NORMAL && register.count() > 0) {
                // Open connections serve the borrowers meanwhile.
                fallback.request();
                throw failure;
            }
            return fallback.open(login, failure, deadline);
        }
    }

    private Connection openWith(Login login, Deadline deadline) throws SQLException {
        var since = System.nanoTime();
        var opened = new ConnectAttempt(servers, timeouts.connect())
                .open(login, login.properties(settings, settings.pooler().isPresent()), deadline);
        statistics.creations().add(System.nanoTime() - since);
        if (!servers.areReplicas()) {
            credentials.accepted(login, since);
        }
        return PhysicalConnection.of(session(opened, login));
    }

    private Session session(HostAttempt.Opened opened, Login login) throws SQLException {
        try {
            check(opened.connection());
            var session = new Session(opened.connection(), opened.socket(), login, context, register::remove);
            openedAt = System.nanoTime();
            breaker.recordSuccess();
            register.add(session);
            return session;
        } catch (SQLException unusable) {
            opened.connection().close();
            throw unusable;
        }
    }

    private void check(PgConnection connection) throws SQLException {
        try {
            if (register.count() > 0) {
                connection.setNetworkTimeout(
                        Runnable::run, (int) timeouts.ping().toMillis());
            }
            sessionCheck.check(connection);
        } catch (SQLException failure) {
            if (failure.getCause() instanceof SocketTimeoutException && register.count() > 0) {
                throw new SQLException(
                        "a new session does not answer, while others do: a pooler may have no connection left",
                        "53300",
                        failure);
            }
            throw failure;
        }
    }

    /** Has each session checked when it is opened, before the pool gets it. */
    public void checkSessions(SessionCheck check) {
        sessionCheck = check;
    }

    /** Searches for a login that the database accepts, if somebody has asked for it who could not wait. */
    public void searchLoginIfRequested() {
        if (fallback.takeRequest()) {
            try {
                probe();
            } catch (SQLException failure) {
                LOG.log(Level.DEBUG, "No login is accepted", failure);
            }
        }
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

    /** Connections outside the pool. */
    public UnpooledConnections unpooled() {
        return unpooled;
    }

    /** What became of commits whose connection was lost. */
    public LostCommits lostCommits() {
        return lostCommits;
    }

    /** Whether a pooler lends a connection for each transaction: the process ids that the driver knows are not the database's. */
    public boolean pooled() {
        return settings.pooler().isPresent();
    }

    /** The servers that it opens connections to. */
    public Servers servers() {
        return servers;
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
