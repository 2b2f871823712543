package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.DatabaseException;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.http.Zone;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** The accounts, in SQL. */
public final class Users {
    private static final String COLUMNS =
            "user_id, email, display_name, zone, created_at, email_verified_at IS NOT NULL AS email_verified, pending_email";

    private static final String CREATE = """
            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash, email_verified_at,
                   email_proof_required)
            SELECT ?, ?, ?, ?, ?, ?::text, CASE WHEN ? THEN now() END, ?
             WHERE NOT EXISTS (SELECT FROM user_account WHERE email_key = ANY (?::text[]))
                ON CONFLICT (email_key) DO NOTHING
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String FIND = """
            SELECT %s
              FROM user_account
             WHERE user_id = ? AND erased_at IS NULL
            """.formatted(COLUMNS);

    private static final String OF_REQUESTER = """
            SELECT user_id, email, display_name, zone, created_at, email_verified, pending_email,
                   user_id AS caller_id, scopes AS caller_scopes, operator_email AS caller_email
              FROM (SELECT 1) AS request
              LEFT JOIN live_session ON token_hash = ?
            """;

    private static final String CHANGE = """
            UPDATE user_account
               SET display_name = COALESCE(?::text, display_name), zone = COALESCE(?::text, zone)
             WHERE user_id = ? AND erased_at IS NULL
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String ACCOUNT_COLUMNS = """
            user_id, password_hash, password_version, suspended_at IS NOT NULL AS suspended,
                   EXISTS (SELECT
                             FROM second_factor
                            WHERE second_factor.user_id = user_account.user_id AND confirmed_at IS NOT NULL) AS second_factor""";

    private static final String ACCOUNT = """
            SELECT %s
              FROM user_account
             WHERE email_key = ANY (?::text[])
             ORDER BY array_position(?::text[], email_key)
             LIMIT 1
            """.formatted(ACCOUNT_COLUMNS);

    private static final String ACCOUNT_OF = """
            SELECT %s
              FROM user_account
             WHERE user_id = ? AND erased_at IS NULL
            """.formatted(ACCOUNT_COLUMNS);

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
            ), unlinked AS (
                DELETE FROM provider_identity USING changed WHERE provider_identity.user_id = changed.user_id
            ), abandoned AS (
                DELETE FROM provider_sign_in USING changed WHERE provider_sign_in.user_id = changed.user_id
            ), not_set_up AS (
                DELETE FROM second_factor
                 USING changed
                 WHERE second_factor.user_id = changed.user_id AND confirmed_at IS NULL
            ), subscribed AS (
                UPDATE push_subscription
                   SET session_hash = ?
                  FROM changed
                 WHERE push_subscription.user_id = changed.user_id AND session_hash = ?
            )
            UPDATE user_session
               SET password_version = changed.password_version, token_hash = ?
              FROM changed
             WHERE user_session.user_id = changed.user_id AND token_hash = ?
            RETURNING expires_at
            """;

    private static final String RENEW_HASH = """
            UPDATE user_account
               SET password_hash = ?
             WHERE user_id = ? AND password_hash = ?
            """;

    private static final String MAY_INVITE = """
            SELECT user_id
              FROM user_account
             WHERE user_id = ? AND (email_verified_at IS NOT NULL OR NOT email_proof_required)
            """;

    private static final String SET_PENDING_EMAIL = """
            WITH changed AS (
                UPDATE user_account
                   SET pending_email = NULLIF(?, email)
                 WHERE user_id = ? AND erased_at IS NULL
                RETURNING user_id
            ), spent AS (
                DELETE FROM account_token
                 USING changed
                 WHERE account_token.user_id = changed.user_id AND purpose = 'verification'
            )
            INSERT INTO account_request (kind, user_id)
            SELECT 'verification', user_id FROM changed
            """;

    private static final String VERIFY_EMAIL = """
            UPDATE user_account
               SET email = ?, email_key = ?, email_verified_at = now(), email_undeliverable_at = NULL, pending_email = NULL
             WHERE user_id = ? AND erased_at IS NULL AND ? IN (email, pending_email)
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String LOCK = """
            SELECT user_id
              FROM user_account
             WHERE user_id = ? AND erased_at IS NULL
               FOR UPDATE
            """;

    private static final String LOCK_UNCHANGED = """
            SELECT user_id
              FROM user_account
             WHERE user_id = ? AND password_version = ?
               FOR UPDATE
            """;

    private static final String ERASE = """
            UPDATE user_account
               SET email = NULL, email_key = NULL, pending_email = NULL, email_verified_at = NULL, password_hash = NULL,
                   password_version = password_version + 1, display_name = '', zone = 'UTC', erased_at = now()
             WHERE user_id = ? AND erased_at IS NULL
            """;

    private final Sql sql;

    public Users(Sql sql) {
        this.sql = sql;
    }

    /**
     * What a user signs in with.
     *
     * @param passwordHash empty if they sign in with a provider only
     * @param passwordVersion grows with each change of the password, and when a second factor is turned on or off
     * @param suspended whether an operator has suspended the account
     * @param secondFactor whether the password needs a code beside it
     */
    public record Account(
            UUID user, Optional<String> passwordHash, int passwordVersion, boolean suspended, boolean secondFactor) {
        @Override
        public String toString() {
            return user.toString();
        }
    }

    /** Whether somebody has proved that an address is theirs. */
    public enum Proof {
        /** They have. */
        GIVEN,
        /** They have to, before they may do everything. */
        REQUIRED,
        /** They cannot: the server sends no mail. */
        IMPOSSIBLE
    }

    /**
     * Creates an account; empty if the e-mail address is taken.
     *
     * @param passwordHash empty for somebody who signs in with a provider
     */
    public Optional<User> create(String email, User.Profile profile, Optional<String> passwordHash, Proof proof) {
        return sql.optional(
                CREATE,
                Users::user,
                new Parameters()
                        .set("user_id", Ids.next())
                        .set("email", email)
                        .set("email_key", EmailAddress.key(email))
                        .set("display_name", profile.displayName())
                        .set("zone", profile.zone().id())
                        .set("password_hash", passwordHash.orElse(null))
                        .set("verified", proof == Proof.GIVEN)
                        .set("email_proof_required", proof == Proof.REQUIRED)
                        .set("email_keys", EmailAddress.keys(email))
                        .values());
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

    public Optional<Account> account(String email) {
        var keys = EmailAddress.keys(email);
        return sql.optional(ACCOUNT, Users::account, keys, keys);
    }

    public Optional<Account> account(UUID user) {
        return sql.optional(ACCOUNT_OF, Users::account, user);
    }

    /**
     * Changes the password, revokes the calendar's token, and ends all sessions but this one, which may get another token.
     *
     * @return when the session ends; empty if the password was changed meanwhile
     */
    Optional<Instant> changePassword(Account account, String passwordHash, Token session, Token next) {
        return sql.optional(
                CHANGE_PASSWORD,
                row -> row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                new Parameters()
                        .set("password_hash", passwordHash)
                        .set("user_id", account.user())
                        .set("password_version", account.passwordVersion())
                        .set("subscribed.next", next.hash())
                        .set("subscribed.session_hash", session.hash())
                        .set("next", next.hash())
                        .set("token_hash", session.hash())
                        .values());
    }

    /** Stores another hash of the same password, unless the password was changed meanwhile. */
    void renewHash(Account account, String passwordHash) {
        sql.update(
                RENEW_HASH, passwordHash, account.user(), account.passwordHash().orElseThrow());
    }

    /** Whether the user may send invitations: they have verified their address, or opened the account before that was asked. */
    public boolean mayInvite(UUID user) {
        return sql.optional(MAY_INVITE, row -> row.getObject("user_id", UUID.class), user)
                .isPresent();
    }

    /** Notes the address that is to take the place of the user's, if it is another one, and asks for a link to it. */
    void setPendingEmail(UUID user, String email) {
        sql.update(SET_PENDING_EMAIL, email, user);
    }

    /**
     * The user has proved that this address is theirs: it is the account's from now on.
     *
     * @return empty if the account has another one meanwhile
     * @throws Problem 409 if another account has this one
     */
    public Optional<User> verifyEmail(UUID user, String email) {
        try {
            return sql.optional(VERIFY_EMAIL, Users::user, email, EmailAddress.key(email), user, email);
        } catch (DatabaseException failure) {
            if (failure.duplicate()) {
                throw Problem.of(ProblemType.EMAIL_TAKEN, "Sign in to that account, or verify another address.");
            }
            throw failure;
        }
    }

    /** The problem of somebody whose account is erased. */
    public static Problem erased() {
        return Problem.unauthenticated("The account is erased.");
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

    /**
     * Locks the account as {@link #lock(UUID)} does.
     *
     * @return false if it has another password since this version, or has turned a second factor on or off, or is erased
     */
    public boolean lock(UUID user, int passwordVersion) {
        return sql.optional(LOCK_UNCHANGED, row -> row.getObject("user_id", UUID.class), user, passwordVersion)
                .isPresent();
    }

    /** Erases everything of the account but its id, which the history refers to. */
    public void erase(UUID user) {
        sql.update(ERASE, user);
    }

    private static Account account(ResultSet row) throws SQLException {
        return new Account(
                row.getObject("user_id", UUID.class),
                Optional.ofNullable(row.getString("password_hash")),
                row.getInt("password_version"),
                row.getBoolean("suspended"),
                row.getBoolean("second_factor"));
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getObject("user_id", UUID.class),
                row.getString("email"),
                new User.Profile(row.getString("display_name"), Zone.stored(row.getString("zone"), ZoneOffset.UTC)),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("email_verified"),
                Optional.ofNullable(row.getString("pending_email")));
    }
}
