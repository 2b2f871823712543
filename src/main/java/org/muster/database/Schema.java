package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.exception.FlywayValidateException;

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

    private final Flyway flyway;

    public Schema(DataSource connections) {
        flyway = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(connections)
                .locations("classpath:db/migration")
                .cleanDisabled(true)
                // A migration that this release does not know makes the validation fail, before anything is changed.
                .ignoreMigrationPatterns(new String[0])
                // A session holds the lock: a transaction would be idle, and time out, while a migration runs.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load();
    }

    /** The database schema is newer than this release of Muster. */
    public static final class NewerSchemaException extends Exception {
        private static final long serialVersionUID = 1;

        NewerSchemaException(MigrationVersion found, MigrationVersion known) {
            super("the database has schema version " + found + ", but this release of Muster supports versions up to "
                    + known + "; run a newer release, or restore an older database");
        }
    }

    /**
     * Migrates the database to the schema version of this release.
     *
     * @throws NewerSchemaException if the database has a newer version; nothing is changed then
     * @throws org.flywaydb.core.api.FlywayException if a migration fails, or the database cannot be asked
     */
    public void migrate() throws NewerSchemaException {
        try {
            var result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.log(Level.INFO, "Migrated the database to schema version {0}", result.targetSchemaVersion);
            }
        } catch (FlywayValidateException invalid) {
            requireNotNewer();
            throw invalid;
        }
    }

    private void requireNotNewer() throws NewerSchemaException {
        var info = flyway.info();
        var known = Arrays.stream(info.all())
                .filter(migration -> migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .max(MigrationVersion::compareTo)
                .orElseThrow();
        var applied = info.current();
        if (applied != null
                && applied.getVersion() != null
                && applied.getVersion().compareTo(known) > 0) {
            throw new NewerSchemaException(applied.getVersion(), known);
        }
    }
}
