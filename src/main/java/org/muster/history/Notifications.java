package org.muster.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** The notifications inside the application, in SQL. */
public final class Notifications {
    private static final String SEND = """
            INSERT INTO notification (user_id, kind, group_id, activity_id, reason)
            VALUES (?, ?, ?, ?::uuid, ?)
            """;

    private static final String SEND_TO_PARTICIPANTS = """
            INSERT INTO notification (user_id, kind, group_id, activity_id)
            SELECT user_id, ?, group_id, activity_id
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
              JOIN user_account USING (user_id)
              LEFT JOIN membership USING (group_id, user_id)
             WHERE group_id = ? AND activity_id = ANY (?::uuid[]) AND sign_up.state <> 'cancelled'
               AND user_id IS DISTINCT FROM ?::uuid AND erased_at IS NULL AND membership.state IS DISTINCT FROM 'banned'
               AND (activity.visibility = 'public' OR starts_at > now() OR membership.state = 'active')
            """;

    private static final String SEND_TO_STRANGERS = """
            INSERT INTO notification (user_id, kind, group_id, activity_id)
            SELECT user_id, ?, group_id, activity_id
              FROM sign_up
             WHERE group_id = ? AND activity_id = ANY (?::uuid[]) AND state <> 'cancelled'
               AND NOT EXISTS (SELECT
                                 FROM membership
                                WHERE membership.group_id = sign_up.group_id AND membership.user_id = sign_up.user_id
                                  AND membership.state IN ('active', 'banned'))
            """;

    private static final String SEND_TO_ALL = """
            INSERT INTO notification (user_id, kind, group_id)
            SELECT user_id, ?, group_id
              FROM (SELECT user_id, group_id
                      FROM membership
                     WHERE group_id = ? AND state = 'active'
                     UNION
                    SELECT sign_up.user_id, group_id
                      FROM activity
                      JOIN sign_up USING (group_id, activity_id)
                     WHERE group_id = ? AND starts_at > now() AND activity.state = 'published'
                       AND sign_up.state <> 'cancelled') AS concerned
             WHERE user_id <> ?
            """;

    private static final String SEND_TO_ORGANIZERS = """
            INSERT INTO notification (user_id, kind, group_id)
            SELECT user_id, ?, group_id
              FROM membership
             WHERE group_id = ? AND role <> 'member'
            """;

    private static final String LIST = """
            SELECT number, kind, group_id, activity_id, subject, reason, created_at, read_at
              FROM notification
             WHERE user_id = ? AND number < ? AND (NOT ? OR read_at IS NULL)
             ORDER BY number DESC
             LIMIT ?
            """;

    private static final String MARK_READ = """
            UPDATE notification
               SET read_at = now()
             WHERE user_id = ? AND number <= ? AND read_at IS NULL
            """;

    private static final String TRANSFER = """
            UPDATE notification
               SET user_id = ?
             WHERE user_id = ?
            """;

    private final Sql sql;

    public Notifications(Sql sql) {
        this.sql = sql;
    }

    /**
     * A notification.
     *
     * @param kind such as {@code signup.promoted}
     * @param subject the name of what it is about, if that has been deleted
     * @param reason in an organizer's words; may be empty
     */
    public record Notification(
            long number,
            String kind,
            UUID group,
            Optional<UUID> activity,
            Optional<String> subject,
            String reason,
            Instant at,
            Optional<Instant> readAt) {}

    /** Notifies one user; {@code activity} may be null. */
    public void send(UUID user, String kind, UUID group, UUID activity, String reason) {
        sql.update(SEND, user, kind, group, activity, reason);
    }

    /**
     * Notifies all who are confirmed or wait for these activities and may see them, once for each activity.
     *
     * @param actor who did it and is not notified; null if nobody
     */
    public void sendToParticipants(UUID group, List<UUID> activities, String kind, UUID actor) {
        if (!activities.isEmpty()) {
            var ids = activities.stream().map(UUID::toString).toArray(String[]::new);
            sql.update(SEND_TO_PARTICIPANTS, kind, group, ids, actor);
        }
    }

    /** Notifies all who are confirmed or wait for these activities without being members, once for each activity. */
    public void sendToStrangers(UUID group, List<UUID> activities, String kind) {
        var ids = activities.stream().map(UUID::toString).toArray(String[]::new);
        sql.update(SEND_TO_STRANGERS, kind, group, ids);
    }

    /** Notifies the group's members, and all who are confirmed or wait for an activity to come, except the actor. */
    public void sendToAll(UUID group, String kind, UUID actor) {
        sql.update(SEND_TO_ALL, kind, group, group, actor);
    }

    /** Notifies the group's organizers and owners. */
    public void sendToOrganizers(UUID group, String kind) {
        sql.update(SEND_TO_ORGANIZERS, kind, group);
    }

    /** The user's notifications, the newest first. */
    public List<Notification> list(UUID user, boolean unread, Optional<Long> before, int limit) {
        return sql.list(LIST, Notifications::notification, user, before.orElse(Long.MAX_VALUE), unread, limit);
    }

    /** Marks the user's notifications up to this number as read. */
    public void markRead(UUID user, long upTo) {
        sql.update(MARK_READ, user, upTo);
    }

    /** Transfers a user's notifications to another user. */
    public void transfer(UUID from, UUID to) {
        sql.update(TRANSFER, to, from);
    }

    private static Notification notification(ResultSet row) throws SQLException {
        return new Notification(
                row.getLong("number"),
                row.getString("kind"),
                row.getObject("group_id", UUID.class),
                Optional.ofNullable(row.getObject("activity_id", UUID.class)),
                Optional.ofNullable(row.getString("subject")),
                row.getString("reason"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject("read_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant));
    }
}
