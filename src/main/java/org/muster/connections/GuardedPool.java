package org.muster.connections;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.muster.connections.ConnectionFactory.OpenPolicy;
import org.muster.settings.Settings;

/**
 * Lends the connections of the server's pool. A caller has one within the acquire time-out, opening included, or a
 * {@link NoConnectionException} that says why not: at once, when the database is known to be away.
 */
public final class GuardedPool {
    /**
     * For so long an outage is not yet called one: callers wait for its end, for a database that restarts is back by
     * then.
     */
    public static final Duration RIDE_OUT = Duration.ofMillis(1_500);
    /** For so long a caller waits for another one's connection when the login for new ones is refused. */
    private static final Duration GLIMPSE = Duration.ofMillis(30);

    /**
     * So often a failure is not taken for one when the outage that it came from has ended meanwhile. One without an
     * SQLSTATE is the server's own queue, in which a caller is forgotten now and then: that is tried again until the end.
     */
    private static final int STRANGE = 3;

    private static final Duration AGAIN = Duration.ofMillis(10);

    private static final TransactionSynchronizationRegistry TRANSACTIONS = transactions();

    private final Settings.Pool limits;
    private final CircuitBreaker breaker;
    private final ConnectionFactory opener;
    private final Semaphore permits;
    private final Set<Lease> loans = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LatencyRecorder waits = new LatencyRecorder();
    private final LatencyRecorder uses = new LatencyRecorder();
    private final LongAdder timeouts = new LongAdder();

    /** @param opener opens the pool's connections; null where the pool does that by itself */
    public GuardedPool(Settings.Pool limits, CircuitBreaker breaker, ConnectionFactory opener) {
        this.limits = limits;
        this.breaker = breaker;
        this.opener = opener;
        this.permits = new Semaphore(limits.max(), true);
    }

    /** Lends what the data source gives, with the default limits. */
    public static GuardedPool unguarded() {
        return new GuardedPool(Settings.Pool.DEFAULT, new CircuitBreaker(), null);
    }

    /**
     * A connection that is in use: until it is closed, or, in a transaction of the server, until that has ended.
     */
    public final class Lease implements AutoCloseable {
        private final Connection connection;
        private final Lease held;
        private final long since = System.nanoTime();
        private final Thread borrower = Thread.currentThread();
        private volatile boolean retired;

        private Lease(Connection connection) {
            this.connection = connection;
            this.held = null;
            loans.add(this);
        }

        /** For one statement, of what its transaction holds. */
        private Lease(Lease held) {
            this.connection = held.connection;
            this.held = held;
        }

        public Connection connection() {
            return connection;
        }

        /** Whether a transaction of the server holds the connection. */
        public boolean ofTransaction() {
            return held != null;
        }

        /** Has the pool drop the connection, and all others prove themselves before their next use. */
        public void retire() {
            if (held != null) {
                held.retire();
                return;
            }
            retired = true;
            breaker.suspect();
            try {
                if (connection.isWrapperFor(ConnectionControl.class)) {
                    connection.unwrap(ConnectionControl.class).retire();
                }
            } catch (SQLException closed) {
                // Then it has left already.
            }
        }

        /** Makes this the longest wait for an answer, until the connection is back. */
        public void answerWithin(Duration atMost) throws SQLException {
            connection.unwrap(ConnectionControl.class).answerWithin(atMost);
        }

        @Override
        public void close() {
            if (!loans.remove(this)) {
                return;
            }
            try {
                connection.close();
            } catch (SQLException broken) {
                retire();
            } finally {
                uses.add(System.nanoTime() - since);
                if (!retired) {
                    breaker.heard();
                }
                permits.release();
                breaker.returned();
            }
        }
    }

    /**
     * Borrows a connection.
     *
     * @throws NoConnectionException if there is none within the acquire time-out
     * @throws SQLTransactionRollbackException if the transaction of the server cannot go on, and has not done anything
     */
    public Lease borrow(DataSource pool) throws SQLException {
        if (!inTransaction()) {
            return new Lease(acquire(pool));
        }
        if (TRANSACTIONS.getResource(GuardedPool.class) instanceof Lease held) {
            return new Lease(held);
        }
        var held = new Lease(acquire(pool));
        try {
            TRANSACTIONS.registerInterposedSynchronization(new UntilCompletion(held));
            TRANSACTIONS.putResource(GuardedPool.class, held);
        } catch (RuntimeException over) {
            held.close();
            throw new SQLTransactionRollbackException("the transaction has ended before it began", "40000", over);
        }
        return new Lease(held);
    }

    /** Borrows a connection that answers, if one can be had without waiting for another caller and opening one. */
    public Optional<Lease> borrowIdle(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.NEVER);
    }

    /** Borrows a connection if one can be had without waiting for another caller; opens one even in an outage. */
    public Optional<Lease> borrowOrOpen(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.PROBE);
    }

    /** Borrows a connection if one can be had without waiting for another caller. */
    public Optional<Lease> borrowNow(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.NORMAL);
    }

    private Optional<Lease> tryBorrow(DataSource pool, OpenPolicy may) throws SQLException {
        if (!permits.tryAcquire()) {
            return Optional.empty();
        }
        Connection connection = null;
        try {
            connection =
                    opening(new ConnectionFactory.Call(Deadline.in(limits.acquireTimeout()), may), pool::getConnection);
            return Optional.of(new Lease(connection));
        } finally {
            if (connection == null) {
                permits.release();
            }
        }
    }

    /** Does something that opens connections, even in an outage. */
    public static <T> T probing(Opening<T> work) throws SQLException {
        return opening(new ConnectionFactory.Call(null, OpenPolicy.PROBE), work);
    }

    /** What may open connections. */
    @FunctionalInterface
    public interface Opening<T> {
        T run() throws SQLException;
    }

    private static <T> T opening(ConnectionFactory.Call call, Opening<T> work) throws SQLException {
        ConnectionFactory.expect(call);
        try {
            return work.run();
        } finally {
            ConnectionFactory.expectNone();
        }
    }

    private Connection acquire(DataSource pool) throws SQLException {
        var since = System.nanoTime();
        var deadline = Deadline.in(limits.acquireTimeout());
        waiting.incrementAndGet();
        try {
            if (!permits.tryAcquire(limits.acquireTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw none("all connections are in use", null, since, null);
            }
            Connection connection = null;
            try {
                connection = open(pool, deadline, since);
                waits.add(System.nanoTime() - since);
                return connection;
            } finally {
                if (connection == null) {
                    permits.release();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw none("interrupted", null, since, null);
        } finally {
            waiting.decrementAndGet();
        }
    }

    private Connection open(DataSource pool, Deadline deadline, long since) throws SQLException, InterruptedException {
        var glimpse = Deadline.in(GLIMPSE);
        var strange = 0;
        while (true) {
            var outage = breaker.outage();
            SQLException failure = null;
            if (worthAsking(outage, deadline)) {
                var call = new ConnectionFactory.Call(deadline, OpenPolicy.NORMAL);
                try {
                    return opening(call, pool::getConnection);
                } catch (SQLException refused) {
                    if (call.lost() && inTransaction()) {
                        // It was lost between its validation and the beginning of the transaction, which the server
                        // would now have on that one for good.
                        throw new SQLTransactionRollbackException(
                                "the connection was lost as the transaction began", "40000", refused);
                    }
                    failure = refused;
                    outage = breaker.outage();
                }
            }
            if (outage.isPresent()) {
                var patience = patience(outage.get(), glimpse, deadline);
                if (patience.isZero() || patience.isNegative()) {
                    throw none(outage.get().reason(), outage.get().code(), since, failure);
                }
                breaker.await(Timeouts.shorter(patience, AGAIN));
            } else if (failure != null
                    && (deadline.passed() || SqlState.codeIn(failure) != null && ++strange > STRANGE)) {
                throw none(reason(failure), SqlState.codeIn(failure), since, failure);
            } else {
                breaker.await(AGAIN);
            }
        }
    }

    /**
     * Whether the pool has a connection, or the caller may open one; else another one's may be free before that. At the end
     * of the wait the pool tells what is wrong.
     */
    private boolean worthAsking(Optional<CircuitBreaker.Outage> outage, Deadline deadline) {
        if (opener == null || alive() > loans.size()) {
            return true;
        }
        return outage.map(CircuitBreaker.Outage::due).orElseGet(() -> !opener.crowded() || deadline.passed());
    }

    /** How long it makes sense to wait for a connection while none can be opened. */
    private Duration patience(CircuitBreaker.Outage outage, Deadline glimpse, Deadline deadline) {
        var patience = switch (outage.state()) {
            case LOST, UNAVAILABLE -> RIDE_OUT.minus(outage.age());
            case BUSY -> deadline.remaining();
            case LOGIN_REFUSED -> alive() > 0 ? glimpse.remaining() : Duration.ZERO;
            default -> Duration.ZERO;
        };
        return Timeouts.shorter(patience, deadline.remaining());
    }

    /** The outage in which nobody gets a connection, if that is so: not one lives, and waiting for one is over. */
    public Optional<CircuitBreaker.Outage> away() {
        return breaker.outage().filter(outage -> outage.known() && alive() == 0);
    }

    private int alive() {
        return opener == null ? 1 : opener.connections();
    }

    private NoConnectionException none(String reason, String code, long since, SQLException cause) {
        timeouts.increment();
        return new NoConnectionException(
                reason,
                code,
                Duration.ofNanos(System.nanoTime() - since),
                figures(),
                breaker.outage().isPresent(),
                breaker.lastSuccess(),
                cause);
    }

    private static String reason(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** The pool in figures, now. */
    public PoolFigures figures() {
        var active = loans.size();
        var total = opener == null ? active : opener.connections();
        return new PoolFigures(total, Math.min(active, total), waiting.get(), limits.min(), limits.max());
    }

    /** A connection that is in use: who has it, and for how long. */
    public record Use(Thread borrower, Duration age) {}

    /** What has been in use for longer than this, the longest first. */
    public List<Use> usesFor(Duration atLeast) {
        var now = System.nanoTime();
        return loans.stream()
                .map(loan -> new Use(loan.borrower, Duration.ofNanos(now - loan.since)))
                .filter(use -> use.age.compareTo(atLeast) > 0)
                .sorted(Comparator.comparing(Use::age).reversed())
                .toList();
    }

    /** How long callers waited who got one. */
    public LatencyRecorder waits() {
        return waits;
    }

    /** How long connections were in use. */
    public LatencyRecorder uses() {
        return uses;
    }

    /** How many callers got none. */
    public long timeouts() {
        return timeouts.sum();
    }

    /** What opens the pool's connections; null if the pool does that by itself. */
    public ConnectionFactory factory() {
        return opener;
    }

    public CircuitBreaker breaker() {
        return breaker;
    }

    /** Whether the caller is in a transaction of the server, also in one that can only be rolled back. */
    public static boolean inTransaction() {
        if (TRANSACTIONS == null) {
            return false;
        }
        var status = TRANSACTIONS.getTransactionStatus();
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
    }

    private static TransactionSynchronizationRegistry transactions() {
        try {
            return InitialContext.doLookup("java:comp/TransactionSynchronizationRegistry");
        } catch (NamingException noServer) {
            return null;
        }
    }

    private record UntilCompletion(Lease held) implements Synchronization {
        @Override
        public void beforeCompletion() {
            // Held until it has completed.
        }

        @Override
        public void afterCompletion(int status) {
            held.close();
        }
    }
}
