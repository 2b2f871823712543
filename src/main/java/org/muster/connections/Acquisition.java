package org.muster.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker.Outage;

/** One borrower's wait for a connection: for a permit first, then in one loop, over one deadline. */
final class Acquisition {
    /** While new logins are refused, a borrower waits this long for a connection that another one returns. */
    private static final Duration REFUSED_LOGIN_WAIT = Duration.ofMillis(30);
    /** The pool is asked again at least this often. */
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(10);
    /** How often the pool may fail, with an SQLSTATE, while there is no outage that explains it. */
    private static final int MAX_UNEXPLAINED_FAILURES = 3;

    private final GuardedPool guard;
    private final DataSource pool;
    private final Deadline deadline;
    private Deadline refusedLoginWait;
    private int unexplained;

    Acquisition(GuardedPool guard, DataSource pool, Deadline deadline) {
        this.guard = guard;
        this.pool = pool;
        this.deadline = deadline;
    }

    /** How long it has taken so far. */
    Duration waited() {
        return deadline.elapsed();
    }

    /**
     * Waits for a connection, and takes the permit that is given back with it.
     *
     * @throws NoConnectionException if there is none by the deadline, or waiting for one makes no sense
     */
    Connection run() throws SQLException {
        var permitted = false;
        Connection connection = null;
        try {
            permitted = guard.permits().tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            if (!permitted) {
                throw none("all connections are in use", null, null);
            }
            connection = connect();
            return connection;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw none("interrupted", null, null);
        } finally {
            if (permitted && connection == null) {
                guard.permits().release();
            }
        }
    }

    private Connection connect() throws SQLException, InterruptedException {
        refusedLoginWait = Deadline.in(REFUSED_LOGIN_WAIT);
        while (true) {
            SQLException failure = null;
            var outage = guard.breaker().outage();
            if (worthAsking(outage)) {
                var request = OpenRequest.within(deadline, OpenPolicy.NORMAL);
                try {
                    return ThreadContext.call(request, pool::getConnection);
                } catch (SQLException refused) {
                    requireUsableTransaction(request, refused);
                    failure = refused;
                    outage = guard.breaker().outage();
                }
            }
            guard.breaker().awaitChange(pause(outage, failure));
        }
    }

    /** When a connection is lost as the server's transaction begins, the server has the transaction on it, and keeps it there. */
    private void requireUsableTransaction(OpenRequest request, SQLException cause) throws SQLException {
        if (request.connectionLost() && guard.transactions().active()) {
            throw new SQLTransactionRollbackException(
                    "the connection was lost as the transaction began", "40000", cause);
        }
    }

    /**
     * Whether the pool has an idle connection, or the caller may open one; otherwise another one's may be returned sooner. At the
     * end of the wait the pool is asked in any case, and says what is wrong.
     */
    private boolean worthAsking(Optional<Outage> outage) {
        return guard.hasIdle()
                || outage.map(Outage::retryDue).orElseGet(() -> !guard.openingSaturated() || deadline.passed());
    }

    /**
     * How long to wait before the next try.
     *
     * @param failure what the pool answered; null if it was not asked
     * @throws NoConnectionException if waiting makes no sense
     */
    private Duration pause(Optional<Outage> outage, SQLException failure) throws NoConnectionException {
        if (outage.isPresent()) {
            var patience = patience(outage.get());
            if (patience.isZero() || patience.isNegative()) {
                throw none(outage.get().reason(), outage.get().code(), failure);
            }
            return Timeouts.shorter(patience, RETRY_INTERVAL);
        }
        if (failure != null) {
            // Without an SQLSTATE it comes from the server's own queue, which now and then forgets a caller.
            var code = SqlState.codeIn(failure);
            if (deadline.passed() || code != null && ++unexplained > MAX_UNEXPLAINED_FAILURES) {
                throw none(CircuitBreaker.firstLine(failure), code, failure);
            }
        }
        return RETRY_INTERVAL;
    }

    /** How much longer it makes sense to wait for a connection while none can be opened. */
    private Duration patience(Outage outage) {
        var patience = switch (outage.state()) {
            case LOST, UNAVAILABLE -> GuardedPool.OUTAGE_TOLERANCE.minus(outage.age());
            case BUSY -> deadline.remaining();
            case LOGIN_REFUSED -> guard.open() > 0 ? refusedLoginWait.remaining() : Duration.ZERO;
            default -> Duration.ZERO;
        };
        return deadline.remaining(patience);
    }

    private NoConnectionException none(String reason, String code, SQLException cause) {
        guard.statistics().addTimeout();
        return new NoConnectionException(reason, code, waited(), guard, cause);
    }
}
