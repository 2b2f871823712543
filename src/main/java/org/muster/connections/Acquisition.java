package org.muster.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker.Outage;

/**
 * One borrower's wait for a connection: for a permit first, then in one loop, over one deadline. While it waits for a fail-over, it leaves
 * its permit to those that do not.
 */
final class Acquisition {
    /** The maximum interval between two requests to the pool. */
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(10);
    /** The maximum number of failures with an SQLSTATE while no outage explains them. */
    private static final int MAX_UNEXPLAINED_FAILURES = 3;

    private final PoolState state;
    private final Transactions transactions;
    private final DataSource pool;
    private final Deadline deadline;
    private final boolean patient;
    private boolean permitted;
    private int unexplained;

    /** @param patient whether it is worth waiting for a fail-over */
    Acquisition(PoolState state, Transactions transactions, DataSource pool, Deadline deadline, boolean patient) {
        this.state = state;
        this.transactions = transactions;
        this.pool = pool;
        this.deadline = deadline;
        this.patient = patient;
    }

    /** How long it has taken so far. */
    Duration waited() {
        return deadline.elapsed();
    }

    /**
     * Waits for a connection, and takes the permit that is given back with it.
     *
     * @throws NoConnectionException if there is none by the deadline, or earlier if none is open and none can be opened
     */
    Connection run() throws SQLException {
        Connection connection = null;
        try {
            if (!takePermit()) {
                throw none("all connections are in use", null, null);
            }
            connection = connect();
            return connection;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw none("interrupted", null, null);
        } finally {
            if (connection == null) {
                givePermitBack();
            }
        }
    }

    private boolean takePermit() throws InterruptedException {
        permitted = state.permits().tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        return permitted;
    }

    private void givePermitBack() {
        if (permitted) {
            permitted = false;
            state.permits().release();
        }
    }

    private Connection connect() throws SQLException, InterruptedException {
        while (true) {
            SQLException failure = null;
            var outage = state.breaker().outage();
            if (worthAsking(outage)) {
                var request = OpenRequest.within(deadline, OpenPolicy.NORMAL);
                try {
                    return ThreadContext.call(request, pool::getConnection);
                } catch (SQLException refused) {
                    requireUsableTransaction(request, refused);
                    failure = refused;
                    outage = state.breaker().outage();
                }
            }
            var pause = pause(outage, failure);
            if (patient && outage.filter(Outage::failingOver).isPresent()) {
                awaitFailOver(outage.get(), pause);
            } else {
                state.breaker().awaitChange(pause);
            }
        }
    }

    private void awaitFailOver(Outage outage, Duration pause) throws SQLException, InterruptedException {
        givePermitBack();
        state.breaker().awaitChange(pause);
        if (!takePermit()) {
            throw none(outage.reason(), outage.code(), null);
        }
    }

    /** If a connection is lost as the server's transaction begins on it, the transaction cannot continue on another one. */
    private void requireUsableTransaction(OpenRequest request, SQLException cause) throws SQLException {
        if (request.connectionLost() && transactions.active()) {
            throw new SQLTransactionRollbackException(
                    "the connection was lost as the transaction began", "40000", cause);
        }
    }

    /**
     * Whether a request to the pool may succeed: there is an idle connection, or the caller may open one. At the deadline the pool is
     * asked in any case, because its failure gives the reason.
     */
    private boolean worthAsking(Optional<Outage> outage) {
        return state.hasIdle()
                || outage.map(Outage::retryDue).orElseGet(() -> !state.openingSaturated() || deadline.passed());
    }

    /**
     * How long to wait before the next try.
     *
     * @param failure what the pool answered; null if it was not asked
     * @throws NoConnectionException if the deadline has passed, or there is nothing to wait for
     */
    private Duration pause(Optional<Outage> outage, SQLException failure) throws NoConnectionException {
        if (outage.isPresent()) {
            var wait = remainingWait(outage.get());
            if (wait.isZero() || wait.isNegative()) {
                throw none(outage.get().reason(), outage.get().code(), failure);
            }
            return Timeouts.shorter(wait, RETRY_INTERVAL);
        }
        if (failure != null) {
            // A failure without an SQLSTATE comes from the server's own wait queue, which may lose a caller: try again.
            var code = SqlState.codeIn(failure);
            if (deadline.passed() || code != null && ++unexplained > MAX_UNEXPLAINED_FAILURES) {
                throw none(SqlState.firstLine(failure), code, failure);
            }
        }
        return RETRY_INTERVAL;
    }

    /** How much longer to wait for a connection while none can be opened. */
    private Duration remainingWait(Outage outage) {
        var wait = switch (outage.state()) {
            case LOST -> outage.remainingTolerance(patient);
            case BUSY -> deadline.remaining();
            // The database answers: connections that are open go on.
            default -> state.open() > 0 ? deadline.remaining() : remainingTolerance(outage);
        };
        return deadline.remaining(wait);
    }

    private Duration remainingTolerance(Outage outage) {
        return outage.state() == SqlState.UNAVAILABLE ? outage.remainingTolerance(patient) : Duration.ZERO;
    }

    private NoConnectionException none(String reason, String code, SQLException cause) {
        state.statistics().addTimeout();
        return new NoConnectionException(reason, code, waited(), state.figures(), state.breaker(), cause);
    }
}
