package org.muster.calendar;

import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;
import org.muster.users.Token;

/** The tokens that open personal calendars, in SQL: each user has one at most. */
final class CalendarTokens {
    private static final String REPLACE = """
            INSERT INTO calendar_token (user_id, token_hash)
            VALUES (?, ?)
                ON CONFLICT (user_id) DO UPDATE
               SET token_hash = EXCLUDED.token_hash, created_at = now()
            """;

    private static final String REVOKE = """
            DELETE FROM calendar_token
             WHERE user_id = ?
            """;

    private static final String USER = """
            SELECT user_id
              FROM calendar_token
             WHERE token_hash = ?
            """;

    private final Sql sql;

    CalendarTokens(Sql sql) {
        this.sql = sql;
    }

    /** Gives the user this token; an earlier one does not count any more. */
    void replace(UUID user, Token token) {
        sql.update(REPLACE, user, token.hash());
    }

    void revoke(UUID user) {
        sql.update(REVOKE, user);
    }

    /** Whose calendar it opens; empty if it is unknown, replaced or revoked. */
    Optional<UUID> user(Token token) {
        return sql.optional(USER, row -> row.getObject("user_id", UUID.class), token.hash());
    }
}
