package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.muster.connections.Condition;
import org.muster.connections.SqlState;

/** The database schema, created and migrated by the SQL files in {@code db/migration}. Nodes that start at the same time take turns. */
public final class Schema {
    private static final Logger LOG = System.getLogger(Schema.class.getName());
    /**
     * Flyway logs the database's URL at each check. The reference keeps the logger, and its level, from being garbage
     * collected.
     */
    private static final java.util.logging.Logger FLYWAY = java.util.logging.Logger.getLogger("org.flywaydb");

    static {
        FLYWAY.setLevel(java.util.logging.Level.WARNING);
    }

    private static final int VALIDATION_SECONDS = 2;
    /** How often Flyway asks for its lock, once a second, before the attempt fails. */
    private static final int LOCK_ATTEMPTS = 3;

    /** A migration takes as long as it takes; but it queues behind another's lock only briefly, because all requests queue behind it. */
    private static final String WITHOUT_TIMEOUTS = """
            SELECT set_config(name, CASE name WHEN 'lock_timeout' THEN '5s' ELSE '0' END, false)
              FROM pg_settings
             WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
                            'transaction_timeout', 'lock_timeout')
            """;

    /** The same for one transaction: a pooler's connection goes to others after it. */
    static final String WITHOUT_TIMEOUTS_LOCALLY = WITHOUT_TIMEOUTS.replace("END, false)", "END, true)");

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

    private static final String HERE = "SELECT current_schema(), to_regclass('user_group') IS NOT NULL AS complete";

    private final DataSource connections;
    private final Flyway flyway;
    private final boolean sessions;
    private final MigrationProgress progress = new MigrationProgress();
    private volatile String home;
    private final SchemaObjects objects = new SchemaObjects();

    /**
     * @param connections for migrations; they have no time limits of their own
     * @param sessions whether each is a session of its own; not through a pooler
     */
    public Schema(DataSource connections, boolean sessions) {
        this.connections = connections;
        this.sessions = sessions;
        var configuration = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(connections)
                .locations("classpath:db/migration")
                .cleanDisabled(true)
                .initSql(sessions ? WITHOUT_TIMEOUTS : null)
                .lockRetryCount(LOCK_ATTEMPTS)
                .callbacks(progress)
                // A migration that this release does not know makes the validation fail, before anything is changed.
                .ignoreMigrationPatterns(new String[0]);
        // A session holds the lock, where there is one: a transaction would be idle, and time out, while a migration
        // runs.
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(!sessions);
        flyway = configuration.load();
    }

    /** Returns which migration is running, and for how long, as a clause; empty if none is. */
    public Optional<String> progress() {
        return progress.now();
    }

    /**
     * Migrates the database to the schema version of this release, and checks that it has all tables.
     *
     * @throws SchemaException if it cannot be used; nothing is changed then, or the failed migration was rolled back
     * @throws SQLException if the database cannot be asked
     */
    public void migrate() throws SchemaException, SQLException {
        try (var connection = connections.getConnection()) {
            if (sessions) {
                SchemaObjects.text(connection, WITHOUT_TIMEOUTS);
            }
            requireEncoding(connection);
            var schema = SchemaObjects.text(connection, "SELECT current_schema()");
            if (home == null && schema == null) {
                throw new SchemaException(
                        Condition.SEARCH_PATH, "the search_path has no schema that exists and may be used", null);
            }
            if (home != null && !home.equals(schema)) {
                throw new SchemaException(Condition.SEARCH_PATH, elsewhere(schema), null);
            }
            migrate(connection);
            objects.verify(connection);
            home = schema;
        }
    }

    /**
     * Checks that a session finds Muster's tables where they were migrated. Does nothing before {@link #migrate} has returned once.
     *
     * @throws SQLException if it does not; with SQLSTATE 42P01
     */
    public void check(Connection session) throws SQLException {
        if (home == null) {
            return;
        }
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(HERE)) {
            rows.next();
            var schema = rows.getString(1);
            if (!home.equals(schema)) {
                throw new SQLException(elsewhere(schema), "42P01");
            }
            if (!rows.getBoolean("complete")) {
                throw new SQLException("there is no table user_group in schema " + home, "42P01");
            }
        }
    }

    private String elsewhere(String schema) {
        return "Muster's tables are in schema " + home + ", but the search_path leads to "
                + (schema == null ? "no schema that exists and may be used" : schema);
    }

    private static void requireEncoding(Connection connection) throws SQLException, SchemaException {
        var encoding = SchemaObjects.text(connection, "SHOW server_encoding");
        if (!"UTF8".equals(encoding)) {
            throw new SchemaException(Condition.ENCODING, "its encoding is " + encoding, null);
        }
    }

    private static boolean acceptsReadsOnly(Connection connection) throws SQLException {
        return "on".equals(SchemaObjects.text(connection, "SHOW transaction_read_only"));
    }

    /** Whether there is nothing to migrate. */
    private boolean isCurrent() {
        return flyway.validateWithResult().validationSuccessful && flyway.info().pending().length == 0;
    }

    private void migrate(Connection connection) throws SchemaException, SQLException {
        try {
            if (acceptsReadsOnly(connection) && isCurrent()) {
                return;
            }
            var result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.log(Level.INFO, "Migrated the database to schema version {0}", result.targetSchemaVersion);
            }
        } catch (FlywayException failure) {
            throw explained(failure, connection);
        } finally {
            progress.end();
        }
    }

    private SchemaException explained(FlywayException failure, Connection connection) throws SQLException {
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

    /**
     * Checks that all tables, views and functions are there, and may be used.
     *
     * @throws SchemaException if not
     * @throws SQLException if the database cannot be asked
     */
    public void verify(Connection connection) throws SchemaException, SQLException {
        objects.verify(connection);
    }
}
