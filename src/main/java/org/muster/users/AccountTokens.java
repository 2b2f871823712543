package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** The tokens of links that reset a password or verify an address, in SQL. Each is good for once. */
public final class AccountTokens {
    private static final String ADD_RESET = """
            WITH spent AS (
                DELETE FROM account_token WHERE expires_at < now()
            )
            INSERT INTO account_token (token_hash, purpose, user_id, email, password_version, expires_at)
            SELECT ?, 'reset', user_id, ?::text, password_version, now() + ? * interval '1 second'
              FROM user_account
             WHERE user_id = ? AND email_key IS NOT NULL
            """;

    private static final String ADD_VERIFICATION = """
            WITH spent AS (
                DELETE FROM account_token WHERE expires_at < now()
            )
            INSERT INTO account_token (token_hash, purpose, user_id, email, expires_at)
            VALUES (?, 'verification', ?, ?, now() + ? * interval '1 second')
            """;

    private static final String FIND_RESET = """
            SELECT user_account.email, display_name
              FROM account_token
              JOIN user_account USING (user_id, password_version)
             WHERE token_hash = ? AND purpose = 'reset' AND expires_at > now()
               AND (account_token.email IS NULL OR account_token.email = user_account.email)
            """;

    private static final String RESET = """
            WITH spent AS (
                DELETE FROM account_token
                 WHERE token_hash = ? AND purpose = 'reset' AND expires_at > now()
                RETURNING user_id, email, password_version
            ), changed AS (
                UPDATE user_account
                   SET password_hash = ?, password_version = user_account.password_version + 1, pending_email = NULL,
                       email_verified_at = CASE WHEN spent.email = user_account.email THEN COALESCE(email_verified_at, now())
                                                ELSE email_verified_at END
                  FROM spent
                 WHERE user_account.user_id = spent.user_id AND user_account.password_version = spent.password_version
                   AND (spent.email IS NULL OR spent.email = user_account.email)
                RETURNING user_account.user_id, spent.email IS NOT NULL AS proved
            ), others AS (
                DELETE FROM account_token
                 USING changed
                 WHERE account_token.user_id = changed.user_id AND token_hash <> ?
            ), ended AS (
                DELETE FROM user_session USING changed WHERE user_session.user_id = changed.user_id
            ), unlinked AS (
                DELETE FROM provider_identity USING changed WHERE provider_identity.user_id = changed.user_id
            ), abandoned AS (
                DELETE FROM provider_sign_in USING changed WHERE provider_sign_in.user_id = changed.user_id
            ), revoked AS (
                DELETE FROM calendar_token USING changed WHERE calendar_token.user_id = changed.user_id
            ), forgotten AS (
                DELETE FROM known_network
                 USING changed
                 WHERE known_network.user_id = changed.user_id AND network_hash <> decode(?, 'hex')
            ), known AS (
                INSERT INTO known_network (user_id, network_hash)
                SELECT user_id, decode(?, 'hex')
                  FROM changed
                    ON CONFLICT (user_id, network_hash) DO UPDATE
                   SET used_at = EXCLUDED.used_at
            ), without_second_factor AS (
                DELETE FROM second_factor
                 USING changed
                  JOIN user_account AS before USING (user_id)
                 WHERE second_factor.user_id = changed.user_id
                   AND (confirmed_at IS NULL OR proved AND before.email_verified_at IS NULL)
            )
            SELECT user_id FROM changed
            """;

    private static final String SPEND_VERIFICATION = """
            DELETE FROM account_token
             WHERE token_hash = ? AND purpose = 'verification' AND user_id = ? AND expires_at > now()
            RETURNING email
            """;

    private static final String RECIPIENT = """
            SELECT user_id, email, language, email_verified_at IS NOT NULL AS email_verified, pending_email,
                   suspended_at IS NOT NULL AS suspended, email_undeliverable_at IS NOT NULL AS undeliverable
              FROM user_account
             WHERE email_key = ANY (?::text[])
             ORDER BY array_position(?::text[], email_key)
             LIMIT 1
            """;

    private static final String RECIPIENT_OF = """
            SELECT user_id, email, language, email_verified_at IS NOT NULL AS email_verified, pending_email,
                   suspended_at IS NOT NULL AS suspended, email_undeliverable_at IS NOT NULL AS undeliverable
              FROM user_account
             WHERE user_id = ? AND email_key IS NOT NULL
            """;

    private final Sql sql;

    public AccountTokens(Sql sql) {
        this.sql = sql;
    }

    /**
     * Somebody who gets a link.
     *
     * @param language its code
     * @param pendingEmail the address that is to take the place of theirs
     * @param undeliverable whether a mail server has refused the address
     */
    public record Recipient(
            UUID user,
            String email,
            String language,
            boolean emailVerified,
            Optional<String> pendingEmail,
            boolean suspended,
            boolean undeliverable) {}

    /** Whose password a token sets. */
    public record Owner(String email, String displayName) {}

    /** Who has the account with this address. */
    public Optional<Recipient> recipient(String email) {
        var keys = EmailAddress.keys(email);
        return sql.optional(RECIPIENT, AccountTokens::recipient, keys, keys);
    }

    public Optional<Recipient> recipient(UUID user) {
        return sql.optional(RECIPIENT_OF, AccountTokens::recipient, user);
    }

    /**
     * Adds a token that sets a new password while the account has its present one.
     *
     * @param sentTo the address that whoever uses the token proves; empty if it is not sent by mail
     */
    public void addReset(Token token, UUID user, Optional<String> sentTo, Duration lifetime) {
        sql.update(ADD_RESET, token.hash(), sentTo.orElse(null), lifetime.toSeconds(), user);
    }

    /** Adds a token that verifies this address of the account. */
    public void addVerification(Token token, UUID user, String email, Duration lifetime) {
        sql.update(ADD_VERIFICATION, token.hash(), user, email, lifetime.toSeconds());
    }

    /** Whose password the token can set now; empty if it is spent. */
    public Optional<Owner> ownerByReset(Token token) {
        return sql.optional(
                FIND_RESET, row -> new Owner(row.getString("email"), row.getString("display_name")), token.hash());
    }

    /**
     * Sets the password, and ends all that gave access before: sessions, access tokens, links, sign-in with providers, the calendar's
     * address. A second factor stays, unless whoever turned it on had not proved the address: they may be somebody else. Of the networks
     * that the account was known from, only the one where this is done remains.
     *
     * @param network the client's, as limits count it
     * @return whose it is; empty if the token is spent
     */
    public Optional<UUID> reset(Token token, String passwordHash, String network) {
        var networkHash = SignInLimits.networkHash(network);
        return sql.optional(
                RESET,
                row -> row.getObject("user_id", UUID.class),
                token.hash(),
                passwordHash,
                token.hash(),
                networkHash,
                networkHash);
    }

    /** The address that this token of the user verifies; empty if it is spent, or another's. */
    public Optional<String> spendVerification(Token token, UUID user) {
        return sql.optional(SPEND_VERIFICATION, row -> row.getString("email"), token.hash(), user);
    }

    private static Recipient recipient(ResultSet row) throws SQLException {
        return new Recipient(
                row.getObject("user_id", UUID.class),
                row.getString("email"),
                row.getString("language"),
                row.getBoolean("email_verified"),
                Optional.ofNullable(row.getString("pending_email")),
                row.getBoolean("suspended"),
                row.getBoolean("undeliverable"));
    }
}
