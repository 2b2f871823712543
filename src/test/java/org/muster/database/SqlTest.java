package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
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
        "55P03, CANCELLED",
        "57014, CANCELLED",
        "28P01, LOGIN_REFUSED",
        "28000, LOGIN_REFUSED",
        "08006, LOST",
        "08001, LOST",
        "57P01, LOST",
        "57P03, UNAVAILABLE",
        "25006, READ_ONLY",
        "3D000, UNAVAILABLE",
        "57P04, LOST",
        "25P04, LOST",
        "40003, LOST",
        "53100, DISK_FULL",
        "58030, UNAVAILABLE",
        "XX000, UNAVAILABLE",
        "0A000, DEFECT",
        "26000, STALE_STATEMENT",
        "42P01, WRONG_SCHEMA",
        "42P10, WRONG_SCHEMA",
        "42P05, STALE_STATEMENT",
        "42501, NOT_PERMITTED",
        "42601, DEFECT",
        "22021, DEFECT",
    })
    void everyRelevantSqlstateHasAMeaning(String code, SqlState meaning) {
        assertThat(SqlState.of(code)).isEqualTo(meaning);
    }

    /** PostgreSQL's own list, as it comes with the server. */
    @Test
    void onlyWhatAStatementDoesWrongIsADefect() throws IOException {
        var codes = errorCodes();

        assertThat(codes).hasSizeGreaterThan(200);
        assertThat(codes.stream()
                        .filter(code -> SqlState.of(code) == SqlState.DEFECT)
                        .map(code -> code.substring(0, 2)))
                .isSubsetOf(
                        "03", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23", "24", "25", "27",
                        "2B", "2D", "2F", "34", "38", "39", "3B", "42", "44", "54", "HV", "P0");
    }

    private static List<String> errorCodes() throws IOException {
        try (var files = Files.walk(Path.of(System.getProperty("project.build.directory", "target"), "postgresql"))) {
            var list = files.filter(file -> file.endsWith("errcodes.txt"))
                    .findFirst()
                    .orElseThrow();
            return Files.readAllLines(list).stream()
                    .filter(line -> line.matches("[0-9A-Z]{5} +E .*"))
                    .map(line -> line.substring(0, 5))
                    .distinct()
                    .toList();
        }
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
