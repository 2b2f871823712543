package org.muster.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.muster.connections.Condition;

/** What the statements of this release need in the database: its tables with their columns, views and functions. Used by one thread. */
final class SchemaObjects {
    /** All tables of Muster. */
    static final Set<String> TABLES = Set.of(
            "account_audit",
            "account_request",
            "account_token",
            "activity",
            "activity_series",
            "audit",
            "calendar_invitation",
            "calendar_token",
            "change_epoch",
            "group_change",
            "group_directory",
            "group_search",
            "idempotency_key",
            "invitation",
            "invitation_directory",
            "known_network",
            "limit_use",
            "mail_delivery",
            "mail_notice",
            "mail_reminder",
            "mail_state",
            "membership",
            "notification",
            "notification_setting",
            "provider_identity",
            "provider_sign_in",
            "push_delivery",
            "push_subscription",
            "recovery_code",
            "second_factor",
            "sign_in_failure",
            "sign_up",
            "sign_up_move",
            "user_account",
            "user_group",
            "user_session");

    /** All functions, as an array of PostgreSQL. */
    private static final String FUNCTIONS = """
            '{"group_access(bytea,uuid)",forget_group_terms(),note_account_change(),note_notifications(),note_pushed_moves(),
              note_pushed_notifications(),note_sign_up_moves(),notify_session_end(),plain_words(text),record_group_change(),
              refuse_erased(),take_all_day()}'::text[]""";

    private static final String UNDEFINED_COLUMN = "42703";

    private static final String MISSING_TABLES = """
            SELECT string_agg(name, ', ' ORDER BY name)
              FROM unnest(?::text[]) AS name
             WHERE to_regclass(name) IS NULL
            """;

    private static final String MISSING_OBJECTS = """
            SELECT string_agg(name, ', ')
              FROM (SELECT 'view live_session' AS name
                     WHERE to_regclass('live_session') IS NULL
                     UNION ALL
                    SELECT 'function ' || signature
                      FROM unnest(%s) AS signature
                     WHERE to_regprocedure(signature) IS NULL) AS missing
            """.formatted(FUNCTIONS);

    /** What a restore adds last. */
    private static final String MISSING_KEYS_AND_TRIGGERS = """
            SELECT string_agg(name, ', ' ORDER BY name)
              FROM (SELECT 'primary key of ' || name AS name
                      FROM unnest(?::text[]) AS name
                     -- It has one row.
                     WHERE name <> 'mail_state'
                       AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = to_regclass(name) AND indisprimary)
                     UNION ALL
                    SELECT 'trigger that calls ' || proname
                      FROM unnest(%s) AS signature
                      JOIN pg_proc ON pg_proc.oid = to_regprocedure(signature)
                     WHERE prorettype = 'trigger'::regtype
                       AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = pg_proc.oid)) AS missing
            """.formatted(FUNCTIONS);

    private static final String DENIED_TABLES = """
            SELECT string_agg(name, ', ' ORDER BY name)
              FROM unnest(?::text[]) AS name
             WHERE NOT (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')
                        AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))
            """;

    private static final String COLUMNS = """
            SELECT string_agg(attrelid::regclass || '.' || quote_ident(attname), E'\\n')
              FROM pg_attribute
             WHERE attrelid IN (SELECT to_regclass(name) FROM unnest(?::text[]) AS name) AND attnum > 0 AND NOT attisdropped
            """;

    /** The columns that were found before; others may have added some of them. */
    private Set<String> columns = Set.of();
    /** Whether a statement has missed a column, and none that was lost is back. */
    private boolean columnMissed;

    /**
     * Checks that all tables, views, functions, keys and triggers are there, and may be used.
     *
     * @throws SchemaException if not
     * @throws SQLException if the database cannot be asked
     */
    void verify(Connection connection) throws SchemaException, SQLException {
        var missing = text(connection, MISSING_TABLES, TABLES);
        if (missing != null) {
            throw new SchemaException(Condition.TABLES_MISSING, "there is no table " + missing, null);
        }
        var lacking = text(connection, MISSING_OBJECTS);
        if (lacking != null) {
            throw new SchemaException(Condition.TABLES_MISSING, "there is no " + lacking, null);
        }
        var unfinished = text(connection, MISSING_KEYS_AND_TRIGGERS, TABLES);
        if (unfinished != null) {
            throw new SchemaException(Condition.TABLES_MISSING, "there is no " + unfinished, null);
        }
        var denied = text(connection, DENIED_TABLES, TABLES);
        if (denied != null) {
            throw new SchemaException(
                    Condition.PRIVILEGES_MISSING, "it may not read or write the table " + denied, null);
        }
        var found = text(connection, COLUMNS, TABLES).lines().collect(Collectors.toSet());
        var lost = new TreeSet<>(columns);
        lost.removeAll(found);
        if (columnMissed && !lost.isEmpty()) {
            throw new SchemaException(Condition.TABLES_MISSING, "there is no column " + String.join(", ", lost), null);
        }
        columnMissed = false;
        columns = found;
    }

    /**
     * Does the same after a statement has failed.
     *
     * @param failure its SQLSTATE
     */
    void verify(Connection connection, String failure) throws SchemaException, SQLException {
        columnMissed |= UNDEFINED_COLUMN.equals(failure);
        verify(connection);
    }

    /** Returns the first column of the first row; null if there is none. */
    static String text(Connection connection, String statement) throws SQLException {
        try (var query = connection.createStatement();
                var rows = query.executeQuery(statement)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private static String text(Connection connection, String statement, Set<String> tables) throws SQLException {
        try (var query = connection.prepareStatement(statement)) {
            query.setArray(1, connection.createArrayOf("text", tables.toArray()));
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
