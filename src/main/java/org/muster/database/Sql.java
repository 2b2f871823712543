package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.muster.connections.Lease;

/**
 * Runs statements with {@code ?} parameters on connections of the pool. Inside a transaction of the server all of them
 * run on its one connection; outside, each commits by itself, and one that certainly changed nothing is run again on
 * another connection if its own was lost.
 *
 * <p>Every method throws {@link DatabaseException}. After one the transaction is dead.
 */
public final class Sql {
    private static final Logger LOG = System.getLogger(Sql.class.getName());

    private static final int ROWS_AT_A_TIME = 500;

    private final Database database;
    private final DataSource pool;

    Sql(Database database, DataSource pool) {
        this.database = database;
        this.pool = pool;
    }

    /** Makes one value of the current row. Must not run statements. */
    @FunctionalInterface
    public interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** All rows, in order. */
    public <T> List<T> list(String statement, Mapper<T> mapper, Object... parameters) {
        return run(statement, parameters, prepared -> {
            var values = new ArrayList<T>();
            try (var rows = prepared.executeQuery()) {
                while (rows.next()) {
                    values.add(mapper.map(rows));
                }
            }
            return values;
        });
    }

    /**
     * Hands on all rows, in order, of which few are in memory at a time. For results of any size, in a transaction of the
     * server; the consumer must not run statements.
     */
    public <T> void each(String statement, Mapper<T> mapper, Consumer<T> consumer, Object... parameters) {
        if (!database.pool().transactions().active()) {
            throw new IllegalStateException("not in a transaction: all rows would be in memory at once");
        }
        run(statement, parameters, prepared -> {
            prepared.setFetchSize(ROWS_AT_A_TIME);
            try (var rows = prepared.executeQuery()) {
                while (rows.next()) {
                    consumer.accept(mapper.map(rows));
                }
            }
            return null;
        });
    }

    /** The first row, if there is one. Also for {@code … RETURNING}: an empty result is a lost race. */
    public <T> Optional<T> optional(String statement, Mapper<T> mapper, Object... parameters) {
        return list(statement, mapper, parameters).stream().findFirst();
    }

    /** How many rows changed. */
    public int update(String statement, Object... parameters) {
        return run(statement, parameters, PreparedStatement::executeUpdate);
    }

    private <T> T run(String statement, Object[] parameters, Execution<T> execution) {
        var attempts = database.retries().begin();
        while (true) {
            DatabaseException failure;
            try (var lease = acquire()) {
                try {
                    return execute(lease, statement, parameters, execution);
                } catch (DatabaseException failed) {
                    if (failed.state().endsConnection()) {
                        lease.retire();
                    }
                    if (lease.ofTransaction() || !failed.didNotHappen()) {
                        throw failed;
                    }
                    failure = failed;
                }
            }
            if (!attempts.again()) {
                throw failure;
            }
        }
    }

    private <T> T execute(Lease lease, String statement, Object[] parameters, Execution<T> execution) {
        var since = System.nanoTime();
        try {
            var connection = lease.connection();
            // One that reads has nothing to commit. One that writes gets a transaction of its own if there is none:
            // when its connection is lost before the commit, it certainly did not happen.
            return statement.startsWith("SELECT") || lease.ofTransaction() || !connection.getAutoCommit()
                    ? execute(connection, statement, parameters, execution)
                    : commit(connection, statement, parameters, execution);
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        } finally {
            var took = System.nanoTime() - since;
            if (database.slowStatements().include(took)) {
                database.slowStatements().add(caller(), took);
            }
        }
    }

    private static <T> T commit(Connection connection, String statement, Object[] parameters, Execution<T> execution)
            throws SQLException {
        connection.setAutoCommit(false);
        T result;
        try {
            result = execute(connection, statement, parameters, execution);
        } catch (SQLException | RuntimeException failure) {
            rollBack(connection);
            throw failure;
        }
        try {
            connection.commit();
        } catch (SQLException failure) {
            rollBack(connection);
            throw DatabaseException.committing(failure);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            LOG.log(Level.DEBUG, "Lost after the commit", lost);
        }
        return result;
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            // Then the database has rolled it back.
        }
    }

    private static <T> T execute(Connection connection, String statement, Object[] parameters, Execution<T> execution)
            throws SQLException {
        try (var prepared = connection.prepareStatement(statement)) {
            for (var i = 0; i < parameters.length; i++) {
                prepared.setObject(i + 1, parameters[i]);
            }
            return execution.execute(prepared);
        }
    }

    /** The model's method that runs the statement: its name. */
    private static String caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> frame.getDeclaringClass() != Sql.class)
                        .findFirst()
                        .map(frame -> frame.getDeclaringClass().getSimpleName() + "." + frame.getMethodName())
                        .orElse("?"));
    }

    private Lease acquire() {
        try {
            return database.pool().borrow(pool);
        } catch (SQLTransactionRollbackException undone) {
            throw DatabaseException.executing(undone);
        } catch (SQLException failure) {
            throw DatabaseException.acquiring(failure);
        }
    }

    @FunctionalInterface
    private interface Execution<T> {
        T execute(PreparedStatement statement) throws SQLException;
    }
}
