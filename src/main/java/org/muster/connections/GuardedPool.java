package org.muster.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.settings.Settings;

/**
 * Lends the connections of the server's pool. A borrower gets one within the acquire timeout, opening included, or a
 * {@link NoConnectionException} that says why not: at once, when the database is known to be unreachable.
 */
public final class GuardedPool {
    private final PoolState state;
    private final Transactions transactions;

    public GuardedPool(
            Settings.Pool limits, CircuitBreaker breaker, ConnectionFactory factory, Transactions transactions) {
        this(new PoolState(limits, breaker, Optional.of(factory)), transactions);
    }

    private GuardedPool(PoolState state, Transactions transactions) {
        this.state = state;
        this.transactions = transactions;
    }

    /**
     * Makes a call in which connections are opened even in an outage, to find out whether it is over.
     *
     * @throws SQLException if the call throws it
     */
    public static <T> T probing(PoolCall<T> call) throws SQLException {
        return ThreadContext.call(OpenRequest.withoutDeadline(OpenPolicy.PROBE), call);
    }

    /** Lends connections of a data source that opens them itself, with the default limits. For use outside a server. */
    public static GuardedPool unguarded() {
        var state = new PoolState(Settings.Pool.DEFAULT, new CircuitBreaker(), Optional.empty());
        return new GuardedPool(state, Transactions.none());
    }

    /**
     * Borrows a connection. In a transaction of the server it is the one that the transaction holds.
     *
     * @param read whether it is for a read outside a transaction
     * @param patient whether it is worth waiting for a fail-over: not for a read that a replica can answer
     * @throws NoConnectionException if there is none within the acquire timeout
     * @throws SQLTransactionRollbackException if the server's transaction cannot go on, and has not done anything
     */
    public Lease borrow(DataSource pool, boolean read, boolean patient) throws SQLException {
        if (!transactions.active()) {
            return read ? acquire(pool, patient) : acquireForWrite(pool);
        }
        var held = transactions.held();
        if (held.isPresent()) {
            return held.get().forStatement();
        }
        var lease = acquireForWrite(pool);
        transactions.hold(lease);
        return lease.forStatement();
    }

    /**
     * Borrows a connection that is open and answers, if that needs no waiting for another borrower.
     *
     * @return the connection; empty if all permits are taken
     * @throws SQLException if none answers
     */
    public Optional<Lease> borrowIdle(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.NEVER);
    }

    /**
     * Borrows a connection, if that needs no waiting for another borrower.
     *
     * @return the connection; empty if all permits are taken
     * @throws SQLException if none answers and none can be opened
     */
    public Optional<Lease> tryBorrow(DataSource pool) throws SQLException {
        return tryBorrow(pool, OpenPolicy.NORMAL);
    }

    /**
     * Borrows a connection that is open, or that is opened within this time, if that needs no waiting for another borrower.
     *
     * @return the connection; empty if all permits are taken, or none is open in an outage
     * @throws SQLException if none answers and none can be opened
     */
    public Optional<Lease> tryBorrow(DataSource pool, Duration atMost) throws SQLException {
        if (state.breaker().outage().isEmpty()) {
            return tryBorrow(pool, OpenPolicy.NORMAL, atMost);
        }
        return state.hasIdle() ? tryBorrow(pool, OpenPolicy.NEVER, atMost) : Optional.empty();
    }

    private Optional<Lease> tryBorrow(DataSource pool, OpenPolicy policy) throws SQLException {
        return tryBorrow(pool, policy, state.limits().acquireTimeout());
    }

    private Optional<Lease> tryBorrow(DataSource pool, OpenPolicy policy, Duration atMost) throws SQLException {
        if (!state.permits().tryAcquire()) {
            return Optional.empty();
        }
        Connection connection = null;
        try {
            var request = OpenRequest.within(Deadline.in(atMost), policy);
            connection = ThreadContext.call(request, pool::getConnection);
            return Optional.of(lend(connection));
        } finally {
            if (connection == null) {
                state.permits().release();
            }
        }
    }

    /** While commits are not confirmed, one write at a time finds out whether they are again; others would take all connections. */
    private Lease acquireForWrite(DataSource pool) throws SQLException {
        var why = state.waitingCommits();
        if (why.isEmpty()) {
            return acquire(pool, true);
        }
        if (!state.trialWrite().tryAcquire()) {
            throw new NoConnectionException(
                    Condition.COMMITS_WAITING.problem() + ": " + why.get(),
                    "57000",
                    Duration.ZERO,
                    state.figures(),
                    state.breaker(),
                    null);
        }
        Lease lease = null;
        try {
            lease = acquire(pool, true);
            lease.onReturn(state.trialWrite()::release);
            return lease;
        } finally {
            if (lease == null) {
                state.trialWrite().release();
            }
        }
    }

    private Lease acquire(DataSource pool, boolean patient) throws SQLException {
        var acquisition = new Acquisition(
                state, transactions, pool, Deadline.in(state.limits().acquireTimeout()), patient);
        state.waiting().incrementAndGet();
        try {
            var connection = acquisition.run();
            state.statistics().waits().add(acquisition.waited().toNanos());
            return lend(connection);
        } finally {
            state.waiting().decrementAndGet();
        }
    }

    private Lease lend(Connection connection) {
        var lease = new Lease(connection, state.breaker(), this::takeBack);
        state.leases().add(lease);
        return lease;
    }

    /** Returns a lease's connection to the pool, once. */
    private void takeBack(Lease lease) {
        if (!state.leases().remove(lease)) {
            return;
        }
        try {
            lease.connection().close();
        } catch (SQLException broken) {
            lease.retire();
        } finally {
            state.statistics().uses().add(lease.age().toNanos());
            if (!lease.retired()) {
                state.breaker().recordAnswer();
            }
            lease.returned();
            state.permits().release();
            state.breaker().connectionReturned();
        }
    }

    /**
     * Opens connections until the pool has its minimum, at least one, in an outage too.
     *
     * @throws SQLException if one cannot be opened
     */
    public void fill(DataSource pool) throws SQLException {
        var opened = new ArrayList<Lease>();
        try {
            for (var i = 0; i < Math.max(1, state.limits().min()); i++) {
                tryBorrow(pool, OpenPolicy.PROBE).ifPresent(opened::add);
            }
        } finally {
            opened.forEach(Lease::close);
        }
    }

    /** Returns the outage in which no borrower gets a connection; empty if a connection is open, or the outage is not confirmed. */
    public Optional<Outage> totalOutage() {
        return state.totalOutage();
    }

    /** Returns why the database confirms no commits; empty if it does. */
    public Optional<String> waitingCommits() {
        return state.waitingCommits();
    }

    /** Notes that the database confirms no commits: from now on, one write at a time gets a connection. */
    public void commitsWaiting(String why) {
        state.setWaitingCommits(why);
    }

    /** Notes that the database confirms commits. */
    public void commitsConfirmed() {
        state.setWaitingCommits(null);
    }

    /** Returns the current figures of the pool. */
    public PoolFigures figures() {
        return state.figures();
    }

    /** Returns the connections in use. */
    public Leases leases() {
        return state.leases();
    }

    /** Returns the counts and times since the start. */
    public PoolStatistics statistics() {
        return state.statistics();
    }

    /** Returns the circuit breaker of the database. */
    public CircuitBreaker breaker() {
        return state.breaker();
    }

    /** Returns the factory of the connections; empty if the pool opens them itself. */
    public Optional<ConnectionFactory> factory() {
        return state.factory();
    }

    /** Returns whether transactions are to be marked when they have written. */
    public boolean marksTransactions() {
        return state.factory().filter(known -> known.lostCommits().marked()).isPresent();
    }

    /** Returns the server's transactions. */
    public Transactions transactions() {
        return transactions;
    }
}
