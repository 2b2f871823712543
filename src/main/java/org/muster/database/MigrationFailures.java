package org.muster.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.muster.connections.Condition;
import org.muster.connections.SqlState;

/** What the failures of migrations mean: the condition of the database that operators are told. */
final class MigrationFailures {
    private static final int VALIDATION_SECONDS = 2;

    /** Flyway's advisory lock: its key begins with the letters of its name. */
    private static final String LOCK_HOLDER = """
            SELECT pid, application_name, usename, COALESCE(to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'),
                   'a time that only its own user may see') AS since
              FROM pg_locks
              JOIN pg_stat_activity USING (pid)
             WHERE locktype = 'advisory' AND granted AND pg_locks.database = (SELECT oid
                                                                                FROM pg_database
                                                                               WHERE datname = current_database())
               AND classid::bigint BETWEEN x'466c'::bigint - 1 AND x'466c'::bigint + 1
            """;

    private static final String OTHER_TABLES = """
            SELECT string_agg(relname, ', ')
              FROM (SELECT relname
                      FROM pg_class
                     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
                     ORDER BY relname
                     LIMIT 5) AS few
            """;

    private static final String FIRST_MIGRATION = """
            SELECT script
              FROM flyway_schema_history
             WHERE version IS NOT NULL
             ORDER BY installed_rank
             LIMIT 1
            """;

    private final Flyway flyway;

    MigrationFailures(Flyway flyway) {
        this.flyway = flyway;
    }

    /**
     * Returns what a failure means.
     *
     * @throws SQLException instead, if the connection was lost
     */
    SchemaException explained(FlywayException failure, Connection connection) throws SQLException {
        if (failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
            return new SchemaException(
                    Condition.FOREIGN_SCHEMA,
                    "schema " + SchemaObjects.text(connection, "SELECT current_schema()") + " has "
                            + SchemaObjects.text(connection, OTHER_TABLES),
                    failure);
        }
        if (failure instanceof FlywayValidateException) {
            return invalid(failure, connection);
        }
        var holder = failure.getMessage().contains("advisory lock") ? holder(connection) : Optional.<String>empty();
        if (holder.isPresent()) {
            return new SchemaException(Condition.MIGRATION_LOCKED, holder.get(), failure);
        }
        var code = SqlState.codeIn(failure);
        var condition = switch (SqlState.of(failure)) {
            case READ_ONLY -> Condition.READ_ONLY;
            case DISK_FULL -> Condition.DISK_FULL;
            case NOT_PERMITTED -> Condition.PRIVILEGES_MISSING;
            default -> {
                if (!connection.isValid(VALIDATION_SECONDS)) {
                    throw new SQLException(reason(failure), code, failure);
                }
                yield Condition.MIGRATION_FAILED;
            }
        };
        return new SchemaException(condition, reason(failure), failure);
    }

    /** The database's own message, without Flyway's frame around it. */
    private static String reason(Throwable failure) {
        var cause = failure;
        while (!(cause instanceof SQLException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return SqlState.firstLine(cause);
    }

    private static Optional<String> holder(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(LOCK_HOLDER)) {
            return rows.next()
                    ? Optional.of("process " + rows.getInt("pid") + " (application "
                            + rows.getString("application_name")
                            + ", user " + rows.getString("usename") + ", connected since " + rows.getString("since")
                            + ") holds the lock")
                    : Optional.empty();
        }
    }

    private SchemaException invalid(FlywayException failure, Connection connection) throws SQLException {
        var all = flyway.info().all();
        var scripts = Arrays.stream(all)
                .filter(migration -> migration.getState().isResolved())
                .map(MigrationInfo::getScript)
                .collect(Collectors.toSet());
        var first = SchemaObjects.text(connection, FIRST_MIGRATION);
        if (first != null && !scripts.contains(first)) {
            return new SchemaException(
                    Condition.FOREIGN_SCHEMA, "it was made by the migration " + first + " of another program", failure);
        }
        var known = newest(all, true);
        var applied = newest(all, false);
        return applied.compareTo(known) > 0
                ? new SchemaException(
                        Condition.NEWER_SCHEMA,
                        "it has schema version " + applied + ", this release supports versions up to " + known,
                        failure)
                : new SchemaException(Condition.CHANGED_MIGRATION, changed(failure), failure);
    }

    private static MigrationVersion newest(MigrationInfo[] all, boolean resolved) {
        return Arrays.stream(all)
                .filter(migration -> migration.getVersion() != null)
                .filter(migration -> resolved
                        ? migration.getState().isResolved()
                        : migration.getState().isApplied())
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .orElse(MigrationVersion.EMPTY);
    }

    private static String changed(FlywayException failure) {
        return failure.getMessage()
                .lines()
                .filter(line -> line.contains("igration") && line.contains("version"))
                .findFirst()
                .orElse("a migration that was applied differs");
    }
}
