package org.muster.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.settings.Settings;

/**
 * Lends the connections of the server's pool. A borrower gets one within the acquire time-out, opening included, or a
 * {@link NoConnectionException} that says why not: at once, when the database is known to be unreachable.
 */
public final class GuardedPool {
    /** Borrowers wait this long for the end of an outage before they fail: a database that restarts is back by then. */
    public static final Duration OUTAGE_TOLERANCE = Duration.ofMillis(1_500);

    private final Settings.Pool limits;
    private final CircuitBreaker breaker;
    private final Optional<ConnectionFactory> factory;
    private final Transactions transactions;
    private final PoolStatistics statistics;
    private final Semaphore permits;
    private final Leases leases = new Leases();
    private final AtomicInteger waiting = new AtomicInteger();

    public GuardedPool(
            Settings.Pool limits, CircuitBreaker breaker, ConnectionFactory factory, Transactions transactions) {
        this(limits, breaker, Optional.of(factory), transactions);
    }

    private GuardedPool(
            Settings.Pool limits,
            CircuitBreaker breaker,
            Optional<ConnectionFactory> factory,
            Transactions transactions) {
        this.limits = limits;
        this.breaker = breaker;
        this.factory = factory;
        this.transactions = transactions;
        this.statistics = factory.map(ConnectionFactory::statistics).orElseGet(PoolStatistics::new);
        this.permits = new Semaphore(limits.max(), true);
    }

    /** A call in which the server's pool may open connections. */
    @FunctionalInterface
    public interface PoolCall<T> {
        T run() throws SQLException;
    }

    /** Makes a call in which connections are opened even in an outage, to find out whether it is over. */
    public static <T> T probing(PoolCall<T> call) throws SQLException {
        return ThreadContext.call(OpenRequest.unhurried(OpenPolicy.PROBE), call);
    }

    /** Lends what a data source gives that opens its connections itself: with the default limits, and no guard. */
    public static GuardedPool unguarded() {
        return new GuardedPool(Settings.Pool.DEFAULT, new CircuitBreaker(), Optional.empty(), Transactions.none());
    }

    /**
     * Borrows a connection. In a transaction of the server it is the one that the transaction holds.
     *
     * @throws NoConnectionException if there is none within the acquire time-out
     * @throws SQLTransactionRollbackException if the server's transaction cannot go on, and has not done anything
     */
    public Lease borrow(DataSource pool) throws SQLException {
        if (!transactions.active()) {
            return acquire(pool);
        }
        var held = transactions.held();
        if (held.isPresent()) {
            return held.get().forStatement();
        }
        var lease = acquire(pool);
        transactions.hold(lease);
        return lease.forStatement();
    }

    /** Borrows a connection that is open and answers, if that needs no waiting for another borrower. */
    public Optional<Lease> borrowIdle(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.NEVER);
    }

    /** Borrows a connection, if that needs no waiting for another borrower. */
    public Optional<Lease> tryBorrow(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.NORMAL);
    }

    private Optional<Lease> tryBorrow(DataSource pool, OpenPolicy policy) throws SQLException {
        if (!permits.tryAcquire()) {
            return Optional.empty();
        }
        Connection connection = null;
        try {
            var request = OpenRequest.within(Deadline.in(limits.acquireTimeout()), policy);
            connection = ThreadContext.call(request, pool::getConnection);
            return Optional.of(lend(connection));
        } finally {
            if (connection == null) {
                permits.release();
            }
        }
    }

    private Lease acquire(DataSource pool) throws SQLException {
        var acquisition = new Acquisition(this, pool, Deadline.in(limits.acquireTimeout()));
        waiting.incrementAndGet();
        try {
            var connection = acquisition.run();
            statistics.waits().add(acquisition.waited().toNanos());
            return lend(connection);
        } finally {
            waiting.decrementAndGet();
        }
    }

    private Lease lend(Connection connection) {
        var lease = new Lease(this, connection);
        leases.add(lease);
        return lease;
    }

    /** Returns a lease's connection to the pool, once. */
    void takeBack(Lease lease) {
        if (!leases.remove(lease)) {
            return;
        }
        try {
            lease.connection().close();
        } catch (SQLException broken) {
            lease.retire();
        } finally {
            statistics.uses().add(lease.age().toNanos());
            if (!lease.retired()) {
                breaker.recordAnswer();
            }
            permits.release();
            breaker.connectionReturned();
        }
    }

    /** Opens connections until the pool has its minimum, in an outage too. */
    public void fill(DataSource pool) throws SQLException {
        var opened = new ArrayList<Lease>();
        try {
            for (var i = 0; i < Math.max(1, limits.min()); i++) {
                tryBorrow(pool, OpenPolicy.PROBE).ifPresent(opened::add);
            }
        } finally {
            opened.forEach(Lease::close);
        }
    }

    /** The outage in which no borrower gets a connection, if that is so: none is open, and borrowers do not wait for its end. */
    public Optional<Outage> totalOutage() {
        return breaker.outage().filter(outage -> outage.confirmed() && open() == 0);
    }

    /** How many connections are open; one, if the pool opens them itself and only it knows. */
    int open() {
        return factory.map(opening -> opening.register().count()).orElse(1);
    }

    /** Whether a connection is open and not in use, as far as is known. */
    boolean hasIdle() {
        return factory.isEmpty() || open() > leases.count();
    }

    /** Whether a borrower that wants to open a connection would have to wait for others that do. */
    boolean openingSaturated() {
        return factory.map(ConnectionFactory::saturated).orElse(false);
    }

    /** The pool in figures, now. */
    public PoolFigures figures() {
        var active = leases.count();
        var total = factory.map(opening -> opening.register().count()).orElse(active);
        return new PoolFigures(total, Math.min(active, total), waiting.get(), limits.min(), limits.max());
    }

    /** The connections in use. */
    public Leases leases() {
        return leases;
    }

    /** One for each connection that may be in use. */
    Semaphore permits() {
        return permits;
    }

    /** What has been counted and timed. */
    public PoolStatistics statistics() {
        return statistics;
    }

    /** What is known of the database. */
    public CircuitBreaker breaker() {
        return breaker;
    }

    /** What opens the connections; absent if the pool does that itself. */
    public Optional<ConnectionFactory> factory() {
        return factory;
    }

    /** The server's transactions. */
    public Transactions transactions() {
        return transactions;
    }
}
