package org.muster.transfer;

import java.util.List;
import java.util.UUID;
import org.muster.database.Sql;

/** Groups to delete, in SQL. The caller has locked the group. */
final class GroupDeletions {
    private static final String BEGIN = """
            SELECT set_config('muster.deleting_group', 'true', true)
            """;

    private static final String FORGET_NOTIFICATIONS = """
            DELETE FROM notification
             USING (SELECT user_id FROM membership WHERE group_id = ?
                     UNION
                    SELECT user_id FROM sign_up WHERE group_id = ?
                     UNION
                    SELECT user_id FROM audit WHERE group_id = ?
                     UNION
                    SELECT actor_id FROM audit WHERE group_id = ?) AS person
             WHERE notification.user_id = person.user_id AND group_id = ?
            """;

    private static final String NOTIFY_MEMBERS = """
            INSERT INTO notification (user_id, kind, group_id, subject)
            SELECT user_id, 'group.deleted', group_id, name
              FROM membership
              JOIN user_group USING (group_id)
             WHERE group_id = ? AND membership.state <> 'banned' AND user_id <> ?
            """;

    private static final String NOTIFY_PARTICIPANTS = """
            INSERT INTO notification (user_id, kind, group_id, activity_id, subject)
            SELECT user_id, 'activity.deleted', group_id, activity_id, title
              FROM activity
              JOIN sign_up USING (group_id, activity_id)
             WHERE group_id = ? AND activity.state = 'published' AND starts_at > now() AND sign_up.state <> 'cancelled'
               AND user_id <> ?
             ORDER BY starts_at DESC, activity_id
            """;

    /** Nobody can accept their invitations any more. */
    private static final String ERASE_PLACEHOLDERS = """
            UPDATE user_account
               SET display_name = '', placeholder_of = NULL, erased_at = now()
              FROM (SELECT user_id FROM membership WHERE group_id = ?
                     UNION
                    SELECT user_id FROM sign_up WHERE group_id = ?
                     UNION
                    SELECT placeholder_id FROM invitation WHERE group_id = ?) AS person
             WHERE user_account.user_id = person.user_id AND placeholder_of IS NOT NULL
               AND NOT EXISTS (SELECT
                                 FROM membership AS other
                                WHERE other.user_id = user_account.user_id AND other.group_id <> ?)
            """;

    /** Tables before those that they refer to. The deletion of the group itself is the one change that remains. */
    private static final List<String> DELETE = List.of(
            "DELETE FROM sign_up_move WHERE group_id = ?",
            "DELETE FROM sign_up WHERE group_id = ?",
            "DELETE FROM activity WHERE group_id = ?",
            "DELETE FROM activity_series WHERE group_id = ?",
            "DELETE FROM invitation_directory WHERE group_id = ?",
            "DELETE FROM invitation WHERE group_id = ?",
            "DELETE FROM audit WHERE group_id = ?",
            "DELETE FROM membership WHERE group_id = ?",
            "DELETE FROM group_directory WHERE group_id = ?",
            "DELETE FROM group_change WHERE group_id = ?",
            "DELETE FROM user_group WHERE group_id = ?");

    private final Sql sql;

    GroupDeletions(Sql sql) {
        this.sql = sql;
    }

    /**
     * Deletes the group. Tells its members, and those who were signed up for coming activities.
     *
     * @param actor who deletes it and is not told
     */
    void delete(UUID group, UUID actor) {
        sql.list(BEGIN, row -> true);
        sql.update(FORGET_NOTIFICATIONS, group, group, group, group, group);
        sql.update(NOTIFY_MEMBERS, group, actor);
        sql.update(NOTIFY_PARTICIPANTS, group, actor);
        sql.update(ERASE_PLACEHOLDERS, group, group, group, group);
        DELETE.forEach(statement -> sql.update(statement, group));
    }
}
