package org.muster.push;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.database.Sql;
import org.muster.mail.Language;

/** What is to be pushed, in SQL. Triggers note it; it is deleted when it was sent, given up, or is true no more. */
final class PushOutbox {
    private static final String CLAIM = """
            WITH claimed AS (
                UPDATE push_delivery
                   SET lease = ?, attempts = attempts + 1, next_attempt_at = now() + ? * interval '1 second'
                 WHERE delivery_id = ANY (ARRAY(SELECT delivery_id
                                                  FROM push_delivery
                                                 WHERE next_attempt_at <= now()
                                                 ORDER BY next_attempt_at, delivery_id
                                                 LIMIT ?
                                                   FOR UPDATE SKIP LOCKED))
                RETURNING delivery_id, lease, subscription_id, kind, group_id, activity_id, attempts, expires_at
            )
            SELECT delivery_id, lease, kind, attempts, endpoint, p256dh, auth, language, user_group.name AS group_name,
                   extract(epoch FROM LEAST(expires_at, starts_at) - now())::bigint AS lifetime,
                   COALESCE(live_session.user_id IS NOT NULL AND live_session.scopes IS DISTINCT FROM '' AND LEAST(expires_at, starts_at) > now()
                            AND CASE kind WHEN 'signup.promoted' THEN activity.state = 'published' AND sign_up.state = 'confirmed'
                                ELSE activity.state = 'cancelled' END, false) AS still_true, %s
              FROM claimed
              LEFT JOIN push_subscription USING (subscription_id)
              LEFT JOIN live_session ON live_session.token_hash = session_hash
              LEFT JOIN user_group ON user_group.group_id = claimed.group_id
              LEFT JOIN activity ON activity.group_id = claimed.group_id AND activity.activity_id = claimed.activity_id
              LEFT JOIN sign_up ON sign_up.group_id = claimed.group_id AND sign_up.activity_id = claimed.activity_id
                               AND sign_up.user_id = push_subscription.user_id
             ORDER BY delivery_id
            """.formatted(Activities.COLUMNS.qualified("activity"));

    private static final String DELETE = """
            DELETE FROM push_delivery
             WHERE delivery_id = ?
            """;

    private static final String RETRY = """
            UPDATE push_delivery
               SET lease = NULL, next_attempt_at = now() + ? * interval '1 second'
             WHERE delivery_id = ? AND lease = ?
            """;

    private static final String END_SUBSCRIPTION = """
            WITH ended AS (
                DELETE FROM push_subscription
                 WHERE endpoint = ?
            )
            DELETE FROM push_delivery
             WHERE delivery_id = ?
            """;

    private static final String EXPIRE = """
            DELETE FROM push_delivery
             WHERE expires_at <= now()
            """;

    private static final String OLDEST = """
            SELECT COALESCE(extract(epoch FROM now() - min(created_at)), 0) AS oldest
              FROM push_delivery
             WHERE expires_at > now()
            """;

    private final Sql sql;

    PushOutbox(Sql sql) {
        this.sql = sql;
    }

    /**
     * What was claimed for an attempt to send it.
     *
     * @param content empty if it is true no more, or nobody is to be told any more
     */
    record Claimed(long id, UUID lease, int attempts, Optional<Content> content) {}

    /**
     * What somebody is told, and where.
     *
     * @param kind such as {@code signup.promoted}
     * @param lifetime after which it is of no use
     */
    record Content(PushSubscription subscription, String kind, String group, Activity activity, Duration lifetime) {}

    /** Claims what has waited longest. No node claims it again within the lease. */
    List<Claimed> claim(int limit, Duration lease) {
        return sql.list(CLAIM, PushOutbox::claimed, UUID.randomUUID(), lease.toSeconds(), limit);
    }

    /** Deletes what was sent, or is not to be sent. */
    void delete(Claimed delivery) {
        sql.update(DELETE, delivery.id);
    }

    /** Leaves it for another attempt after this time, unless its lease has ended. */
    void retry(Claimed delivery, Duration after) {
        sql.update(RETRY, after.toSeconds(), delivery.id, delivery.lease);
    }

    /** Ends a subscription that the push service does not know any more. */
    void endSubscription(Claimed delivery, PushSubscription subscription) {
        sql.update(END_SUBSCRIPTION, subscription.endpoint().toString(), delivery.id);
    }

    /** Deletes what is of no use any more. {@link #claim} finds that too: for servers that send nothing. */
    void expire() {
        sql.update(EXPIRE);
    }

    /** The age of the oldest that has not been sent; zero if there is none. */
    Duration oldest() {
        return sql.optional(OLDEST, row -> Duration.ofSeconds(row.getLong("oldest")))
                .orElseThrow();
    }

    private static Claimed claimed(ResultSet row) throws SQLException {
        return new Claimed(
                row.getLong("delivery_id"),
                row.getObject("lease", UUID.class),
                row.getInt("attempts"),
                row.getBoolean("still_true") ? Optional.of(content(row)) : Optional.empty());
    }

    private static Content content(ResultSet row) throws SQLException {
        return new Content(
                new PushSubscription(
                        URI.create(row.getString("endpoint")),
                        CurvePoint.of(row.getBytes("p256dh")).orElseThrow(),
                        row.getBytes("auth"),
                        Language.of(row.getString("language"))),
                row.getString("kind"),
                row.getString("group_name"),
                Activities.activity(row),
                Duration.ofSeconds(row.getLong("lifetime")));
    }
}
