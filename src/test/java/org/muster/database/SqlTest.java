package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.connections.SqlState;

class SqlTest {
    private final TestPool pool = TestPool.shared();
    private final Sql sql = pool.sql();

    @Test
    void listReturnsRowsInOrder() {
        assertThat(sql.list("SELECT n FROM generate_series(1, ?) AS n ORDER BY n", row -> row.getInt("n"), 3))
                .containsExactly(1, 2, 3);
    }

    @Test
    void optionalIsEmptyWithoutARow() {
        assertThat(sql.optional("SELECT 1 WHERE ?", row -> row.getInt(1), false))
                .isEmpty();
    }

    @Test
    void parametersAreNeverPartOfTheStatement() {
        var hostile = "'; DROP TABLE user_account; --";

        assertThat(sql.optional("SELECT ?::text", row -> row.getString(1), hostile))
                .contains(hostile);
    }

    @Test
    void aFailedStatementIsReportedWithoutItsValues() {
        var slug = UUID.randomUUID().toString();
        sql.update("INSERT INTO group_directory (slug, group_id) VALUES (?, ?)", slug, Ids.next());

        var failure = catchThrowableOfType(
                DatabaseException.class,
                () -> sql.update("INSERT INTO group_directory (slug, group_id) VALUES (?, ?)", slug, Ids.next()));

        assertThat(failure.state()).isEqualTo(SqlState.DUPLICATE);
        assertThat(failure).hasMessage("statement failed (SQLSTATE 23505)");
    }

    @Test
    void aFailedTransactionLeavesNothingBehind() {
        var slug = UUID.randomUUID().toString();

        assertThatThrownBy(() -> pool.inTransaction(() -> {
                    sql.update("INSERT INTO group_directory (slug, group_id) VALUES (?, ?)", slug, Ids.next());
                    return sql.update("SELECT nonsense");
                }))
                .isInstanceOf(DatabaseException.class);

        assertThat(sql.list("SELECT slug FROM group_directory WHERE slug = ?", row -> row.getString(1), slug))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "23505, DUPLICATE",
        "40001, CONFLICT",
        "40P01, CONFLICT",
        "53300, BUSY",
        "55P03, BUSY",
        "57014, BUSY",
        "28P01, LOGIN_REFUSED",
        "28000, LOGIN_REFUSED",
        "08006, LOST",
        "08001, LOST",
        "57P01, LOST",
        "57P03, UNAVAILABLE",
        "25006, READ_ONLY",
        "3D000, UNAVAILABLE",
        "42501, OTHER",
        "22021, OTHER",
    })
    void everyRelevantSqlstateHasAMeaning(String code, SqlState meaning) {
        assertThat(SqlState.of(code)).isEqualTo(meaning);
    }

    @Test
    void theSqlstateOfAWrappedExceptionIsFound() {
        var wrapped = new SQLException("cannot allocate", new RuntimeException(new SQLException("refused", "08001")));

        assertThat(DatabaseException.acquiring(wrapped).state()).isEqualTo(SqlState.LOST);
        assertThat(DatabaseException.acquiring(new SQLException("no free connection"))
                        .state())
                .isEqualTo(SqlState.BUSY);
    }
}
