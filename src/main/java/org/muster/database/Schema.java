package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.muster.connections.Condition;

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

    private static final String HERE = "SELECT current_schema(), to_regclass('user_group') IS NOT NULL AS complete";

    private final DataSource connections;
    private final Flyway flyway;
    private final MigrationFailures failures;
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
        failures = new MigrationFailures(flyway);
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
            throw failures.explained(failure, connection);
        } finally {
            progress.end();
        }
    }

    /**
     * Checks, after a statement has failed, that all tables, views, functions, keys and triggers are there, and may be used.
     *
     * @param failure its SQLSTATE
     * @throws SchemaException if not
     * @throws SQLException if the database cannot be asked
     */
    public void verify(Connection connection, String failure) throws SchemaException, SQLException {
        objects.verify(connection, failure);
    }
}
