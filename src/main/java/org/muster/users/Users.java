package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.http.Zone;

/** The accounts, in SQL. */
public final class Users {
    private static final String CREATE = """
            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
            VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (email_key) DO NOTHING
            RETURNING user_id, email, display_name, zone, created_at
            """;

    private static final String FIND = """
            SELECT user_id, email, display_name, zone, created_at
              FROM user_account
             WHERE user_id = ? AND erased_at IS NULL
            """;

    private static final String OF_REQUESTER = """
            SELECT user_id, email, display_name, zone, created_at,
                   user_id AS caller_id, scopes AS caller_scopes, email AS caller_email
              FROM (SELECT 1) AS request
              LEFT JOIN live_session ON token_hash = ?
            """;

    private static final String CHANGE = """
            UPDATE user_account
               SET display_name = COALESCE(?::text, display_name), zone = COALESCE(?::text, zone)
             WHERE user_id = ? AND erased_at IS NULL
            RETURNING user_id, email, display_name, zone, created_at
            """;

    private static final String ACCOUNT = """
            SELECT user_id, password_hash, password_version
              FROM user_account
             WHERE email_key = ?
            """;

    private static final String ACCOUNT_OF = """
            SELECT user_id, password_hash, password_version
              FROM user_account
             WHERE user_id = ?
            """;

    private static final String CHANGE_PASSWORD = """
            WITH changed AS (
                UPDATE user_account
                   SET password_hash = ?, password_version = password_version + 1
                 WHERE user_id = ? AND password_version = ?
                RETURNING user_id, password_version
            ), revoked AS (
                DELETE FROM calendar_token
                 USING changed
                 WHERE calendar_token.user_id = changed.user_id
            )
            UPDATE user_session
               SET password_version = changed.password_version
              FROM changed
             WHERE user_session.user_id = changed.user_id AND token_hash = ?
            """;

    private static final String RENEW_HASH = """
            UPDATE user_account
               SET password_hash = ?
             WHERE user_id = ? AND password_hash = ?
            """;

    private static final String LOCK = """
            SELECT user_id
              FROM user_account
             WHERE user_id = ? AND erased_at IS NULL
               FOR UPDATE
            """;

    private static final String ERASE = """
            UPDATE user_account
               SET email = NULL, email_key = NULL, password_hash = NULL, password_version = password_version + 1,
                   display_name = '', zone = 'UTC', erased_at = now()
             WHERE user_id = ? AND erased_at IS NULL
            """;

    private final Sql sql;

    public Users(Sql sql) {
        this.sql = sql;
    }

    /** What verifies a user; the version grows with each change of the password. */
    record Account(UUID user, String passwordHash, int passwordVersion) {
        @Override
        public String toString() {
            return user.toString();
        }
    }

    /** Creates an account; empty if the e-mail address is taken. */
    public Optional<User> create(NewUser user, String passwordHash) {
        return sql.optional(
                CREATE,
                Users::user,
                Ids.next(),
                user.email(),
                key(user.email()),
                user.profile().displayName(),
                user.profile().zone().id(),
                passwordHash);
    }

    public Optional<User> find(UUID user) {
        return sql.optional(FIND, Users::user, user);
    }

    /**
     * The account of whoever makes the request.
     *
     * @throws org.muster.problems.Problem 401 or 403 as {@link Requester#identifying}
     */
    User find(Requester requester) {
        return sql.optional(OF_REQUESTER, requester.identifying(Users::user), requester.tokenHash())
                .orElseThrow();
    }

    /** Changes the account; absent values are left unchanged. */
    public Optional<User> change(UUID user, Optional<String> displayName, Optional<Zone> zone) {
        return sql.optional(
                CHANGE,
                Users::user,
                displayName.orElse(null),
                zone.map(Zone::id).orElse(null),
                user);
    }

    Optional<Account> account(String email) {
        return sql.optional(ACCOUNT, Users::account, key(email));
    }

    Optional<Account> account(UUID user) {
        return sql.optional(ACCOUNT_OF, Users::account, user);
    }

    /** Changes the password, revokes the calendar's token, and ends all sessions but this one; false if the password was changed meanwhile. */
    boolean changePassword(Account account, String passwordHash, Token session) {
        return sql.update(CHANGE_PASSWORD, passwordHash, account.user(), account.passwordVersion(), session.hash())
                == 1;
    }

    /** Stores another hash of the same password, unless the password was changed meanwhile. */
    void renewHash(Account account, String passwordHash) {
        sql.update(RENEW_HASH, passwordHash, account.user(), account.passwordHash());
    }

    /**
     * Locks the account until the transaction ends, so that it joins no group or activity. Its groups must be locked
     * first.
     *
     * @return false if it is erased
     */
    public boolean lock(UUID user) {
        return sql.optional(LOCK, row -> row.getObject("user_id", UUID.class), user)
                .isPresent();
    }

    /** Erases everything of the account but its id, which the history refers to. */
    public void erase(UUID user) {
        sql.update(ERASE, user);
    }

    private static Account account(ResultSet row) throws SQLException {
        return new Account(
                row.getObject("user_id", UUID.class), row.getString("password_hash"), row.getInt("password_version"));
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getObject("user_id", UUID.class),
                row.getString("email"),
                new User.Profile(row.getString("display_name"), Zone.stored(row.getString("zone"), ZoneOffset.UTC)),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
