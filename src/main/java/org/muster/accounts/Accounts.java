package org.muster.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.DatabaseException;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.problems.Problem;

/** The accounts of people, in SQL: what operators see of them and do to them. */
final class Accounts {
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(2);

    private static final String COLUMNS = """
            user_id, email, email_verified_at IS NOT NULL AS email_verified, display_name, password_hash IS NOT NULL AS has_password,
                   EXISTS (SELECT FROM second_factor WHERE second_factor.user_id = user_account.user_id AND confirmed_at IS NOT NULL)
                   AS second_factor, created_at, suspended_at,
                   (SELECT max(last_used_at) FROM user_session WHERE user_session.user_id = user_account.user_id) AS last_used_at\
            """;

    private static final String SEARCH = """
            SELECT %s
              FROM user_account
             WHERE email_key IS NOT NULL AND user_id < ?
               AND (position(?::text IN lower(display_name)) > 0 OR position(?::text IN lower(email)) > 0
                    OR position(?::text IN email_key) > 0)
             ORDER BY user_id DESC
             LIMIT ?
            """.formatted(COLUMNS);

    private static final String FIND = """
            SELECT %s
              FROM user_account
             WHERE email_key IS NOT NULL AND user_id = ?
            """.formatted(COLUMNS);

    private static final String ACTIONS = """
            SELECT actor_id, action, reason, created_at
              FROM account_audit
             WHERE user_id = ?
             ORDER BY number DESC
             LIMIT 100
            """;

    private static final String SUSPEND = """
            WITH suspended AS (
                UPDATE user_account
                   SET suspended_at = now()
                 WHERE user_id = ? AND email_key IS NOT NULL AND suspended_at IS NULL
                RETURNING user_id
            ), ended AS (
                DELETE FROM user_session USING suspended WHERE user_session.user_id = suspended.user_id AND name IS NULL
            ), spent AS (
                DELETE FROM account_token USING suspended WHERE account_token.user_id = suspended.user_id
            ), abandoned AS (
                DELETE FROM provider_sign_in USING suspended WHERE provider_sign_in.user_id = suspended.user_id
            ), revoked AS (
                DELETE FROM calendar_token USING suspended WHERE calendar_token.user_id = suspended.user_id
            )
            INSERT INTO account_audit (actor_id, action, user_id, reason)
            SELECT ?, 'account.suspended', user_id, ? FROM suspended
            """;

    private static final String UNSUSPEND = """
            WITH unsuspended AS (
                UPDATE user_account
                   SET suspended_at = NULL
                 WHERE user_id = ? AND email_key IS NOT NULL AND suspended_at IS NOT NULL
                RETURNING user_id
            )
            INSERT INTO account_audit (actor_id, action, user_id)
            SELECT ?, 'account.unsuspended', user_id FROM unsuspended
            """;

    private static final String RECORD = """
            INSERT INTO account_audit (actor_id, action, user_id)
            VALUES (?, ?, ?)
            """;

    private final Sql sql;
    private final Sql searches;

    Accounts(Sql sql) {
        this.sql = sql;
        searches = sql.limitedTo(LONGEST_SEARCH);
    }

    /**
     * The accounts whose name or address contains a text, the newest first.
     *
     * @throws Problem 503 if the search takes too long
     */
    List<Account> search(String text, Optional<UUID> after, int limit) {
        var wanted = text.toLowerCase(Locale.ROOT);
        try {
            return searches.list(SEARCH, Accounts::account, after.orElse(Ids.MAX), wanted, wanted, wanted, limit);
        } catch (DatabaseException failure) {
            if (failure.cancelled()) {
                throw Problem.searchTooSlow();
            }
            throw failure;
        }
    }

    /** The account; empty if it is erased, or nobody's. */
    Optional<Account> find(UUID user) {
        return sql.optional(FIND, Accounts::account, user);
    }

    /** What operators did to the account lately, the newest first. */
    List<Account.Action> actions(UUID user) {
        return sql.list(ACTIONS, Accounts::action, user);
    }

    /** Ends the account's sessions and links, and lets nobody use it; false if it is suspended already. */
    boolean suspend(UUID user, UUID operator, String reason) {
        return sql.update(SUSPEND, user, operator, reason) == 1;
    }

    /** Lets the account be used again; false if it is not suspended. */
    boolean unsuspend(UUID user, UUID operator) {
        return sql.update(UNSUSPEND, user, operator) == 1;
    }

    /** Records what an operator did to the account. */
    void record(UUID operator, String action, UUID user) {
        sql.update(RECORD, operator, action, user);
    }

    private static Account account(ResultSet row) throws SQLException {
        return new Account(
                row.getObject("user_id", UUID.class),
                row.getString("email"),
                row.getBoolean("email_verified"),
                row.getString("display_name"),
                row.getBoolean("has_password"),
                row.getBoolean("second_factor"),
                instant(row, "created_at").orElseThrow(),
                instant(row, "suspended_at"),
                instant(row, "last_used_at"));
    }

    private static Account.Action action(ResultSet row) throws SQLException {
        return new Account.Action(
                row.getObject("actor_id", UUID.class),
                row.getString("action"),
                row.getString("reason"),
                instant(row, "created_at").orElseThrow());
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
