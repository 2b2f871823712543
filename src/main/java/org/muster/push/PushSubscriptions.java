package org.muster.push;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.users.Caller;

/** The subscriptions, in SQL. A session has one at most. */
final class PushSubscriptions {
    /** More browsers of a person are not told anything: the oldest subscriptions end. */
    private static final int MOST = 10;

    private static final String FIND = """
            SELECT endpoint, created_at
              FROM push_subscription
             WHERE session_hash = ?
            """;

    private static final String MAKE_ROOM = """
            DELETE FROM push_subscription
             WHERE user_id = ? AND endpoint <> ?
               AND (session_hash = ?
                    OR subscription_id IN (SELECT subscription_id
                                             FROM push_subscription
                                            WHERE user_id = ? AND endpoint <> ? AND session_hash <> ?
                                            ORDER BY created_at DESC, subscription_id DESC
                                           OFFSET ?))
            """;

    /** What was noted for one person is not sent to another. */
    private static final String STORE = """
            INSERT INTO push_subscription AS known (session_hash, subscription_id, user_id, endpoint, p256dh, auth, language)
            SELECT token_hash, ?, user_id, ?, ?, ?, ?
              FROM user_session
             WHERE token_hash = ?
                ON CONFLICT (endpoint) DO UPDATE
               SET session_hash = EXCLUDED.session_hash, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth,
                   language = EXCLUDED.language, user_id = EXCLUDED.user_id,
                   subscription_id = CASE known.user_id WHEN EXCLUDED.user_id THEN known.subscription_id
                                     ELSE EXCLUDED.subscription_id END
            RETURNING endpoint, created_at
            """;

    private static final String END = """
            DELETE FROM push_subscription
             WHERE session_hash = ?
            """;

    private final Sql sql;

    PushSubscriptions(Sql sql) {
        this.sql = sql;
    }

    /** A subscription that is stored. */
    record Stored(URI endpoint, Instant createdAt) {}

    /** The subscription of the caller's session. */
    Optional<Stored> find(Caller caller) {
        return sql.optional(FIND, PushSubscriptions::stored, caller.token().hash());
    }

    /**
     * Stores the subscription of the caller's session in place of the one that it had, or that the browser had in another session. The
     * account must be locked.
     *
     * @return empty if the session has ended
     */
    Optional<Stored> store(Caller caller, PushSubscription subscription) {
        var session = caller.token().hash();
        var endpoint = subscription.endpoint().toString();
        sql.update(
                MAKE_ROOM,
                new Parameters()
                        .set("user_id", caller.user())
                        .set("endpoint", endpoint)
                        .set("session_hash", session)
                        .set("others.user_id", caller.user())
                        .set("others.endpoint", endpoint)
                        .set("others.session_hash", session)
                        .set("offset", MOST - 1)
                        .values());
        return sql.optional(
                STORE,
                PushSubscriptions::stored,
                Ids.next(),
                endpoint,
                subscription.key().bytes(),
                subscription.auth(),
                subscription.language().code(),
                session);
    }

    /** Ends the subscription of the caller's session, if there is one. */
    void end(Caller caller) {
        sql.update(END, caller.token().hash());
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                URI.create(row.getString("endpoint")),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
