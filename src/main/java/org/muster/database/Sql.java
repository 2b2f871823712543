package org.muster.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Runs statements with {@code ?} parameters on connections of the pool. Inside a transaction of the server all of them
 * run on its one connection; outside, each commits by itself.
 *
 * <p>Every method throws {@link DatabaseException}. After one the transaction is dead.
 */
public final class Sql {
    private final DataSource pool;

    public Sql(DataSource pool) {
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

    /** The first row, if there is one. Also for {@code … RETURNING}: an empty result is a lost race. */
    public <T> Optional<T> optional(String statement, Mapper<T> mapper, Object... parameters) {
        return list(statement, mapper, parameters).stream().findFirst();
    }

    /** How many rows changed. */
    public int update(String statement, Object... parameters) {
        return run(statement, parameters, PreparedStatement::executeUpdate);
    }

    private <T> T run(String statement, Object[] parameters, Execution<T> execution) {
        try (var connection = acquire()) {
            var returned = PoolUse.taken();
            try (var prepared = connection.prepareStatement(statement)) {
                for (var i = 0; i < parameters.length; i++) {
                    prepared.setObject(i + 1, parameters[i]);
                }
                return execution.execute(prepared);
            } finally {
                returned.run();
            }
        } catch (SQLException failure) {
            throw DatabaseException.executing(failure);
        }
    }

    private Connection acquire() {
        try {
            return PoolUse.borrow(pool);
        } catch (SQLException failure) {
            throw DatabaseException.acquiring(failure);
        }
    }

    @FunctionalInterface
    private interface Execution<T> {
        T execute(PreparedStatement statement) throws SQLException;
    }
}
