package org.muster.users;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.muster.database.Sql;

/** The sessions, in SQL. */
final class Sessions {
    private static final Duration LIFETIME = Duration.ofDays(30);

    private static final String OPEN = """
            WITH spent AS (DELETE FROM user_session WHERE user_id = ? AND expires_at <= now())
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
            VALUES (?, ?, ?, ?)
            """;

    private static final String CALLER = """
            SELECT user_id AS caller_id, scopes AS caller_scopes, email AS caller_email
              FROM live_session
             WHERE token_hash = ?
            """;

    private static final String CLOSE = """
            DELETE FROM user_session
             WHERE token_hash = ?
            """;

    private final Sql sql;

    Sessions(Sql sql) {
        this.sql = sql;
    }

    /**
     * Opens a session for 30 days and deletes the user's expired ones. A change of the password ends it.
     *
     * @return the instant at which it ends
     */
    Instant open(Users.Account account, Token token) {
        var expiresAt = Instant.now().plus(LIFETIME).truncatedTo(ChronoUnit.SECONDS);
        sql.update(
                OPEN,
                account.user(),
                token.hash(),
                account.user(),
                account.passwordVersion(),
                OffsetDateTime.ofInstant(expiresAt, ZoneOffset.UTC));
        return expiresAt;
    }

    /** The user with this token; empty if the token is unknown, expired or revoked, or older than the password. */
    Optional<Caller> caller(Token token, Operators operators) {
        return sql.optional(CALLER, row -> Requester.caller(row, token, operators), token.hash())
                .flatMap(Function.identity());
    }

    void close(Token token) {
        sql.update(CLOSE, token.hash());
    }
}
