package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.Login;
import org.muster.settings.Settings;
import org.postgresql.jdbc.PgConnection;

/**
 * Opens physical connections for the server's pool. While none was opened lately, or one was lost since, one caller tries
 * alone and the others wait for what it finds out; when a login is refused, one caller looks for another one for all.
 */
public final class ConnectionFactory implements Callable<Connection> {
    private static final Logger LOG = System.getLogger(ConnectionFactory.class.getName());
    /** For so long after a connection was opened, it is taken for granted that others can be. */
    private static final long PROVEN = TimeUnit.SECONDS.toNanos(2);

    private static final ThreadLocal<Call> CALL = new ThreadLocal<>();

    private final Settings settings;
    private final Timeouts budget;
    private final CredentialsManager logins;
    private final CircuitBreaker breaker;
    private final Set<PhysicalConnection> open = ConcurrentHashMap.newKeySet();
    private final ConnectThrottle slowStart = new ConnectThrottle(this::inDoubt);
    /** Held by who looks for another login. */
    private final ReentrantLock search = new ReentrantLock();

    private final LatencyRecorder creations = new LatencyRecorder();
    private final LongAdder forgotten = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private volatile long proven = System.nanoTime() - PROVEN;
    private volatile boolean stopped;

    /** @throws org.muster.settings.InvalidSettingsException if the time-outs leave no time for each other */
    public ConnectionFactory(Settings settings, CredentialsManager logins, CircuitBreaker breaker) {
        this.settings = settings;
        this.budget = Timeouts.of(settings);
        this.logins = logins;
        this.breaker = breaker;
    }

    /** Whether a connection may be opened. */
    enum OpenPolicy {
        /** Unless it has just failed, or the database is known to be away. */
        NORMAL,
        /** Also then: to see whether it is back. */
        PROBE,
        NEVER
    }

    /** What the thread that is about to call the pool wants of a connection that the pool opens for it. */
    static final class Call {
        private final Deadline deadline;
        private final OpenPolicy may;
        private SQLException failure;
        private boolean lost;

        /**
         * @param deadline null if it does not matter
         * @param may whether it is to be opened at all
         */
        Call(Deadline deadline, OpenPolicy may) {
            this.deadline = deadline;
            this.may = may;
        }

        /** Whether the connection that the pool was about to hand out last turned out to be lost. */
        boolean lost() {
            return lost;
        }
    }

    static void expect(Call call) {
        CALL.set(call);
    }

    /** Whether the calling thread only wants to see whether there is a connection that answers. */
    static boolean looking() {
        var call = CALL.get();
        return call != null && call.may == OpenPolicy.NEVER;
    }

    /** A connection that the pool was about to hand out to the calling thread turned out to be lost. */
    static void lost() {
        var call = CALL.get();
        if (call != null) {
            call.lost = true;
        }
    }

    static void expectNone() {
        CALL.remove();
    }

    /**
     * Opens a connection, within the time that its caller has left.
     *
     * @throws SQLException as the driver says; at once, while the database is known to be away
     */
    @Override
    public Connection call() throws SQLException {
        var call = Optional.ofNullable(CALL.get()).orElseGet(() -> new Call(null, OpenPolicy.NORMAL));
        if (call.failure != null) {
            // A pool that is below its minimum tries once for each that it lacks.
            throw call.failure;
        }
        call.lost = false;
        try {
            return open(call.may, call.deadline == null ? Deadline.in(budget.acquire()) : call.deadline);
        } catch (SQLException failure) {
            call.failure = failure;
            throw failure;
        }
    }

    private Connection open(OpenPolicy may, Deadline deadline) throws SQLException {
        refuseUnless(may);
        if (!inTime(() -> slowStart.enter(deadline))) {
            throw new SQLException("the database did not answer in time", "08001");
        }
        Connection connection = null;
        try {
            refuseUnless(may);
            connection = open(deadline);
            return connection;
        } finally {
            slowStart.leave(connection != null);
        }
    }

    private boolean inDoubt() {
        return System.nanoTime() - proven >= PROVEN || breaker.suspects(proven);
    }

    private void refuseUnless(OpenPolicy may) throws SQLException {
        if (stopped) {
            throw new SQLException("Muster is stopping", "57P01");
        }
        var outage = breaker.outage();
        if (may == OpenPolicy.NEVER) {
            throw outage.map(CircuitBreaker.Outage::refusal)
                    .orElseGet(() -> new SQLException("there is no connection that answers", "08003"));
        }
        if (may == OpenPolicy.NORMAL && outage.isPresent() && !outage.get().due()) {
            throw outage.get().refusal();
        }
    }

    private interface Wait {
        boolean ended() throws InterruptedException;
    }

    private static boolean inTime(Wait wait) throws SQLException {
        try {
            return wait.ended();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while opening a connection", "08001");
        }
    }

    private Connection open(Deadline deadline) throws SQLException {
        var since = System.nanoTime();
        var login = logins.next();
        try {
            return open(login, deadline);
        } catch (SQLException failure) {
            var cause = failure;
            if (SqlState.of(failure) == SqlState.LOGIN_REFUSED) {
                try {
                    return openWithAnother(login, failure, deadline);
                } catch (SQLException again) {
                    cause = again;
                }
            }
            // One that had less time than it takes proves nothing, nor does one that another has overtaken.
            if (!deadline.passed() && proven - since < 0) {
                proven = System.nanoTime() - PROVEN;
                breaker.failed(cause, since);
            }
            throw cause;
        }
    }

    private Connection openWithAnother(Login refused, SQLException refusal, Deadline deadline) throws SQLException {
        if (!inTime(() -> search.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS))) {
            throw refusal;
        }
        try {
            var meanwhile = logins.current();
            if (!meanwhile.sameAs(refused) && !logins.wasRefused(meanwhile)) {
                return open(meanwhile, deadline);
            }
            logins.refused(refused);
            LOG.log(Level.WARNING, "The database refused the login from {0}: looking for another", refused.source());
            for (var candidate : logins.others()) {
                var connection = openUnlessRefused(candidate.get(), deadline);
                if (connection.isPresent()) {
                    return connection.get();
                }
            }
            throw refusal;
        } finally {
            search.unlock();
        }
    }

    private Optional<Connection> openUnlessRefused(Optional<Login> candidate, Deadline deadline) throws SQLException {
        if (candidate.isEmpty() || deadline.passed() || logins.wasRefused(candidate.get())) {
            return Optional.empty();
        }
        try {
            return Optional.of(open(candidate.get(), deadline));
        } catch (SQLException failure) {
            if (SqlState.of(failure) != SqlState.LOGIN_REFUSED) {
                throw failure;
            }
            logins.refused(candidate.get());
            return Optional.empty();
        }
    }

    private Connection open(Login login, Deadline deadline) throws SQLException {
        var since = System.nanoTime();
        var dial = new ConnectAttempt();
        var connection = dial.open(
                login.url(),
                login.properties(settings),
                deadline.within(budget.dial()).remaining());
        creations.add(System.nanoTime() - since);
        logins.accepted(login);
        proven = System.nanoTime();
        breaker.succeeded();
        var physical = PhysicalConnection.of(connection, dial.socket(), login, this);
        if (stopped) {
            physical.close();
        }
        return physical;
    }

    /** Signs in with a login that is newer than the one in use, which it replaces if the database takes it. */
    public void prove(Login login) {
        try {
            new ConnectAttempt()
                    .open(login.url(), login.properties(settings), budget.dial())
                    .close();
            logins.proven(login);
        } catch (SQLException failure) {
            logins.unproven(login, "SQLSTATE " + failure.getSQLState());
        }
    }

    /**
     * Opens a connection that is not the pool's, with the login in use, under another application name. Neither its success nor
     * its failure changes what is known of the database.
     */
    public PgConnection openBeside(String applicationName) throws SQLException {
        if (stopped) {
            throw new SQLException("Muster is stopping", "57P01");
        }
        var login = logins.current();
        var properties = login.properties(settings);
        properties.setProperty("ApplicationName", applicationName);
        return new ConnectAttempt().open(login.url(), properties, budget.dial());
    }

    /** Looks whether a connection can be opened now, whatever is known; if so, the outage is over. */
    public void probe() throws SQLException {
        expect(new Call(null, OpenPolicy.PROBE));
        try {
            call().close();
        } finally {
            expectNone();
        }
    }

    /** Whether this login belongs to another user, or another database, than the one in use. */
    boolean outdated(Login login) {
        var now = logins.current();
        return login != now
                && !(login.user().equals(now.user())
                        && login.hosts().equals(now.hosts())
                        && login.name().equals(now.name()));
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    Timeouts budget() {
        return budget;
    }

    void opened(PhysicalConnection connection) {
        open.add(connection);
    }

    void closed(PhysicalConnection connection) {
        open.remove(connection);
    }

    /** A transaction was still open when its connection came back. Told less and less often, the more there are. */
    void forgotten() {
        forgotten.increment();
        var all = forgotten.sum();
        if (Long.bitCount(all) == 1) {
            LOG.log(Level.WARNING, "Rolled back a transaction that was forgotten, in all so far: {0}", all);
        }
    }

    /** A connection is of no use any more, which nobody here wanted. */
    void noteLoss() {
        losses.increment();
    }

    /** How many connections were of no use any more: ended by the database, silent, or taking no writes. */
    public long losses() {
        return losses.sum();
    }

    /** How many are being opened now. */
    public int opening() {
        return slowStart.opening();
    }

    /** Whether who wants to open one now has to wait for others who do. */
    boolean crowded() {
        return slowStart.full();
    }

    /** How many physical connections are open. */
    public int connections() {
        open.removeIf(PhysicalConnection::isClosed);
        return open.size();
    }

    /** How many transactions were still open when their connection came back. */
    public long forgottenTransactions() {
        return forgotten.sum();
    }

    /** How long opening has taken, when it succeeded. */
    public LatencyRecorder creations() {
        return creations;
    }

    /** The connections that these threads use: of each the one that it used last. */
    private List<PhysicalConnection> usedBy(Collection<Thread> threads) {
        return threads.stream()
                .flatMap(thread -> open.stream()
                        .filter(connection -> connection.lastUsedBy(thread))
                        .max(Comparator.comparingLong(PhysicalConnection::used))
                        .stream())
                .toList();
    }

    /** Those of these threads that are in the driver: that wait for the database, not the database for them. */
    public static List<Thread> waiting(Collection<Thread> threads) {
        return threads.stream()
                .filter(thread -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().startsWith("org.postgresql.")))
                .toList();
    }

    /** The sessions that these threads use, by the process ids that the database knows them by. */
    public List<Integer> sessionsOf(Collection<Thread> threads) {
        return usedBy(threads).stream().map(PhysicalConnection::backend).toList();
    }

    /** Whether those whom these threads talk to are there, each asked for this long. */
    public boolean peersAnswer(Collection<Thread> threads, Duration atMost) {
        return usedBy(threads).stream()
                .map(PhysicalConnection::peer)
                .distinct()
                .allMatch(peer -> Reachability.answered(peer, atMost));
    }

    /** Ends the connections of these sessions at once; those who wait for an answer get a failure. */
    public void abort(Collection<Integer> sessions) {
        breaker.suspect();
        open.stream()
                .filter(connection -> sessions.contains(connection.backend()))
                .forEach(PhysicalConnection::abort);
    }

    /** Ends the connections that neither the pool nor a borrower has touched since then: the pool has lost track of them. */
    public void endAbandoned(long since) {
        open.stream().filter(connection -> connection.touched() - since < 0).forEach(PhysicalConnection::abort);
    }

    /** Ends all connections at once; those who wait for an answer get a failure. */
    public void abortAll() {
        breaker.silent();
        open.forEach(PhysicalConnection::abort);
    }

    /** Closes all connections in order, and opens no more. */
    public void stop() {
        stopped = true;
        open.forEach(PhysicalConnection::close);
    }
}
