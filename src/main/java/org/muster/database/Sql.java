package org.muster.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.muster.connections.GuardedPool;
import org.muster.connections.Lease;
import org.muster.connections.SqlState;
import org.muster.database.Command.Results;

/**
 * Runs statements with {@code ?} parameters. Inside a transaction of the server, all statements run on the transaction's
 * connection. Outside, each statement commits by itself; if its connection is lost before the commit, it is retried on another
 * connection. A statement that starts with {@code SELECT} counts as a read, and gets no transaction of its own.
 *
 * <p>All methods throw {@link DatabaseException} if a statement fails. The transaction cannot be continued then.
 */
public final class Sql {
    private static final int FETCH_SIZE = 500;
    private static final Duration YOUNG = Duration.ofSeconds(3);

    private final Supplier<GuardedPool> guard;
    private final Supplier<Optional<Replicas>> replicas;
    private final SlowStatements slowStatements;
    private final RetryPolicy retries;
    private final Impairments impairments;
    private final DataSource pool;
    private final Execution execution;
    /** In seconds; 0 if there is none but the database's. */
    private final int timeLimit;

    /**
     * @param guard returns the pool on which statements run at the moment
     * @param replicas returns the replicas on which reads may run
     */
    Sql(
            Supplier<GuardedPool> guard,
            Supplier<Optional<Replicas>> replicas,
            SlowStatements slowStatements,
            RetryPolicy retries,
            Impairments impairments,
            DataSource pool) {
        this(guard, replicas, slowStatements, retries, impairments, pool, 0);
    }

    private Sql(
            Supplier<GuardedPool> guard,
            Supplier<Optional<Replicas>> replicas,
            SlowStatements slowStatements,
            RetryPolicy retries,
            Impairments impairments,
            DataSource pool,
            int timeLimit) {
        this.guard = guard;
        this.replicas = replicas;
        this.slowStatements = slowStatements;
        this.retries = retries;
        this.impairments = impairments;
        this.pool = pool;
        this.timeLimit = timeLimit;
        execution = new Execution(guard, replicas);
    }

    /**
     * Returns one whose statements end after this time as {@link DatabaseException#cancelled}, and are not executed again then: for
     * what is worth less than the database's time.
     *
     * @param limit whole seconds
     */
    public Sql limitedTo(Duration limit) {
        return new Sql(guard, replicas, slowStatements, retries, impairments, pool, (int) limit.toSeconds());
    }

    /** Maps the current row to a value. Must not run statements. */
    @FunctionalInterface
    public interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** Returns all rows, in order. */
    public <T> List<T> list(String statement, Mapper<T> mapper, Object... parameters) {
        return run(command(statement, parameters), executed -> rows(executed, mapper), any -> true);
    }

    private static <T> List<T> rows(PreparedStatement executed, Mapper<T> mapper) throws SQLException {
        var values = new ArrayList<T>();
        try (var rows = executed.getResultSet()) {
            while (rows.next()) {
                values.add(mapper.map(rows));
            }
        }
        return values;
    }

    /**
     * Passes all rows to a consumer, in order, and fetches {@value #FETCH_SIZE} of them at a time. For results of any size. The
     * consumer must not run statements.
     *
     * @throws IllegalStateException if the caller is not in a transaction of the server
     */
    public <T> void each(String statement, Mapper<T> mapper, Consumer<T> consumer, Object... parameters) {
        if (!guard.get().transactions().active()) {
            throw new IllegalStateException("not in a transaction: the driver would load all rows into memory");
        }
        onPrimary(new Command(statement, parameters, timeLimit, FETCH_SIZE), executed -> {
            try (var rows = executed.getResultSet()) {
                while (rows.next()) {
                    consumer.accept(mapper.map(rows));
                }
            }
            return true;
        });
    }

    /** Returns the first row; empty if there is none. Also for {@code … RETURNING}, where an empty result is a lost race. */
    public <T> Optional<T> optional(String statement, Mapper<T> mapper, Object... parameters) {
        // What a replica does not find may be too new for it.
        return run(command(statement, parameters), executed -> rows(executed, mapper), rows -> !rows.isEmpty()).stream()
                .findFirst();
    }

    /** Runs an {@code INSERT}, {@code UPDATE} or {@code DELETE}, and returns the number of rows that it changed. */
    public int update(String statement, Object... parameters) {
        return onPrimary(command(statement, parameters), PreparedStatement::getUpdateCount);
    }

    private Command command(String statement, Object... parameters) {
        return new Command(statement, parameters, timeLimit, 0);
    }

    /** @param conclusive whether a result that a replica has is the answer */
    private <T> T run(Command command, Results<T> results, Predicate<T> conclusive) {
        var others = replicas.get();
        if (others.isEmpty() || !command.isRead() || guard.get().transactions().active()) {
            return onPrimary(command, results);
        }
        var client = Consistency.current().filter(Consistency::isSafe);
        return client.isPresent()
                ? onAny(command, results, conclusive, client.get(), others.get())
                : onPrimary(command, results);
    }

    private <T> T onAny(
            Command command, Results<T> results, Predicate<T> conclusive, Consistency client, Replicas others) {
        var read = timed(() -> others.read(command, client, results)).filter(conclusive);
        if (read.isPresent()) {
            return read.get();
        }
        client.leave();
        var attempts = retries.begin();
        while (true) {
            try {
                return onPrimary(command, results, false);
            } catch (DatabaseException failure) {
                if (!failure.unreachable()) {
                    throw failure;
                }
                var stale = timed(() -> others.readStale(command, client, results));
                if (stale.isPresent()) {
                    return stale.filter(conclusive).orElseThrow(() -> failure);
                }
                if (!outageIsYoung() || !attempts.awaitRetry(failure)) {
                    throw failure;
                }
            }
        }
    }

    /** Whether the primary was lost just now, so that replicas which were too far behind may not know yet that they must answer. */
    private boolean outageIsYoung() {
        return guard.get()
                .breaker()
                .outage()
                .filter(outage -> outage.age().compareTo(YOUNG) < 0)
                .isPresent();
    }

    private <T> T onPrimary(Command command, Results<T> results) {
        return onPrimary(command, results, true);
    }

    /** @param patient whether it is worth waiting for a fail-over */
    private <T> T onPrimary(Command command, Results<T> results, boolean patient) {
        var attempts = retries.begin();
        while (true) {
            DatabaseException failure;
            try (var lease = acquire(command.isRead(), patient)) {
                try {
                    return execute(lease, command, results);
                } catch (DatabaseException failed) {
                    failure = noted(failed, lease);
                    if (lease.ofTransaction() || !failure.retryable() || timeLimit > 0 && failure.cancelled()) {
                        throw failure;
                    }
                }
            }
            if (!attempts.awaitRetry(failure)) {
                throw failure;
            }
        }
    }

    /** Draws the conclusions of a failure for the connection and for the database. */
    private DatabaseException noted(DatabaseException failed, Lease lease) {
        if (failed.state() == SqlState.READ_ONLY && lease.readOnlyDatabase()) {
            return failed.onReadOnlyDatabase();
        }
        if (failed.state().endsConnection()) {
            lease.retire();
        }
        if (failed.getCause() instanceof SQLException cause) {
            impairments.statementFailed(failed.state(), cause);
        }
        return failed;
    }

    private <T> T execute(Lease lease, Command command, Results<T> results) {
        return timed(() -> execution.run(lease, command, results));
    }

    private <T> T timed(Supplier<T> execution) {
        var since = System.nanoTime();
        try {
            return execution.get();
        } finally {
            var took = System.nanoTime() - since;
            if (slowStatements.isSlow(took)) {
                slowStatements.add(caller(), took);
            }
        }
    }

    /** Returns the class and method that run the statement. */
    private static String caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> frame.getDeclaringClass() != Sql.class)
                        .findFirst()
                        .map(frame -> frame.getDeclaringClass().getSimpleName() + "." + frame.getMethodName())
                        .orElse("?"));
    }

    private Lease acquire(boolean read, boolean patient) {
        try {
            return guard.get().borrow(pool, read, patient);
        } catch (SQLTransactionRollbackException undone) {
            throw DatabaseException.executing(undone);
        } catch (SQLException failure) {
            throw DatabaseException.acquiring(failure);
        }
    }
}
