package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private static final Pattern WITH_RESULT = Pattern.compile("SELECT\\b.*|.*\\bRETURNING\\b.*", Pattern.DOTALL);

    @Test
    void columnsAreListedWithTheirTableAndAPrefix() {
        var columns = Columns.of("""
                user_id, state,
                seats
                """);

        assertThat(columns).hasToString("user_id, state, seats");
        assertThat(columns.qualified("own")).isEqualTo("own.user_id, own.state, own.seats");
        assertThat(columns.prefixed("own", "own_"))
                .isEqualTo("own.user_id AS own_user_id, own.state AS own_state, own.seats AS own_seats");
    }

    /** PostgreSQL does not execute a prepared statement once its result has another column. */
    @Test
    void noStatementReturnsAColumnThatWasAdded() throws Exception {
        try (var connection = TestPool.shared().database().connect()) {
            connection.setAutoCommit(false);
            for (var table : tables(connection)) {
                try (var statement = connection.createStatement()) {
                    statement.execute("ALTER TABLE " + table + " ADD COLUMN later text");
                }
            }

            var statements = statements();
            assertThat(statements).hasSizeGreaterThan(50);
            for (var statement : statements) {
                assertThat(result(connection, text(statement)))
                        .as(statement.toString())
                        .doesNotContain("later");
            }
            connection.rollback();
        }
    }

    /** The constants with the models' statements that return rows. */
    private static List<Field> statements() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.muster").stream()
                        .filter(type -> type.getFields().stream()
                                .anyMatch(field -> field.getRawType().isEquivalentTo(Sql.class)))
                        .map(JavaClass::reflect)
                        .flatMap(model -> Arrays.stream(model.getDeclaredFields()))
                        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                        .filter(field -> WITH_RESULT.matcher(text(field)).matches())
                        .toList();
    }

    private static String text(Field constant) {
        try {
            constant.setAccessible(true);
            return (String) constant.get(null);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<String> result(Connection connection, String statement) throws SQLException {
        var names = new ArrayList<String>();
        try (var prepared = connection.prepareStatement(statement)) {
            var columns = prepared.getMetaData();
            for (var i = 1; columns != null && i <= columns.getColumnCount(); i++) {
                names.add(columns.getColumnLabel(i));
            }
        }
        return names;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        var tables = new ArrayList<String>();
        try (var rows = connection.getMetaData().getTables(null, "public", null, new String[] {"TABLE"})) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        return tables;
    }
}
