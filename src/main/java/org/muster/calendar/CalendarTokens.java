package org.muster.calendar;

import java.util.UUID;
import org.muster.database.Sql;
import org.muster.users.Token;

/** The tokens of personal calendars, in SQL: at most one for each user. */
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

    private final Sql sql;

    CalendarTokens(Sql sql) {
        this.sql = sql;
    }

    /** Stores the user's token; it replaces an earlier one. */
    void replace(UUID user, Token token) {
        sql.update(REPLACE, user, token.hash());
    }

    void revoke(UUID user) {
        sql.update(REVOKE, user);
    }
}
