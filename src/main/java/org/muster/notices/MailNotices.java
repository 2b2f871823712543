package org.muster.notices;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.database.Sql;
import org.muster.mail.Language;
import org.muster.notices.Notice.Invitation;
import org.muster.notices.Notice.Recipient;

/** What is to be told by mail, in SQL. Triggers note it; it is worded and deleted in one transaction. */
final class MailNotices {
    /** Of those to one person about one activity only the first: the next one builds on what it did. */
    private static final String LOCK_DUE =
            """
            SELECT notice.notice_id, notice.kind AS notice_kind, notice.user_id AS notice_user, notice.email AS notice_email,
                   notice.language AS notice_language, notice.group_id AS notice_group, notice.activity_id AS notice_activity,
                   notice.subject AS notice_subject, notice.reason AS notice_reason,
                   user_account.email AS own_email, display_name, unsubscribe_token,
                   email_verified_at IS NOT NULL AND email_undeliverable_at IS NULL AND suspended_at IS NULL AS reachable, %s,
                   user_group.name AS group_name, sign_up.state AS own_state, calendar_invitation.sequence AS invited_sequence,
                   invited,
                   notice.kind = 'activity.moved'
                   AND EXISTS (SELECT
                                 FROM mail_notice AS later
                                WHERE later.user_id = notice.user_id AND later.activity_id = notice.activity_id
                                  AND later.notice_id > notice.notice_id
                                  AND later.kind IN ('activity.moved', 'activity.cancelled')) AS notice_outdated, %s
              FROM mail_notice AS notice
              LEFT JOIN user_account ON user_account.user_id = notice.user_id
              LEFT JOIN notification_setting ON notification_setting.user_id = notice.user_id
              LEFT JOIN user_group ON user_group.group_id = notice.group_id
              LEFT JOIN activity ON activity.group_id = notice.group_id AND activity.activity_id = notice.activity_id
              LEFT JOIN sign_up ON sign_up.group_id = activity.group_id AND sign_up.activity_id = activity.activity_id
                               AND sign_up.user_id = notice.user_id
              LEFT JOIN calendar_invitation ON calendar_invitation.user_id = notice.user_id
                                           AND calendar_invitation.activity_id = notice.activity_id
             WHERE notice.not_before <= now()
               AND NOT EXISTS (SELECT
                                 FROM mail_notice AS earlier
                                WHERE earlier.user_id = notice.user_id AND earlier.activity_id = notice.activity_id
                                  AND earlier.notice_id < notice.notice_id)
             ORDER BY notice.notice_id
             LIMIT ?
               FOR UPDATE OF notice SKIP LOCKED
            """.formatted(NotificationSettingsStore.COLUMNS, Activities.COLUMNS.qualified("activity"));

    private static final String PLANNED = """
            SELECT user_group.name AS group_name, sign_up.state AS own_state, %s
              FROM membership
              JOIN user_group USING (group_id)
              JOIN activity USING (group_id)
              LEFT JOIN sign_up ON sign_up.group_id = activity.group_id AND sign_up.activity_id = activity.activity_id
                               AND sign_up.user_id = membership.user_id
             WHERE membership.user_id = ? AND membership.state = 'active' AND activity.state = 'published'
               AND starts_at > now() AND starts_at < now() + interval '7 days'
             ORDER BY starts_at, activity.activity_id
             LIMIT ?
            """.formatted(Activities.COLUMNS.qualified("activity"));

    private static final String INVITE = """
            INSERT INTO calendar_invitation (user_id, activity_id, sequence, invited)
            VALUES (?, ?, ?, ?)
                ON CONFLICT (user_id, activity_id) DO UPDATE
               SET sequence = EXCLUDED.sequence, invited = EXCLUDED.invited, updated_at = now()
            """;

    private static final String DELETE = """
            DELETE FROM mail_notice
             WHERE notice_id = ANY (?)
            """;

    private static final String POSTPONE = """
            UPDATE mail_notice
               SET not_before = now() + ? * interval '1 second'
             WHERE notice_id = ?
            """;

    private final Sql sql;

    MailNotices(Sql sql) {
        this.sql = sql;
    }

    /** What is to be told, the oldest first, without what other nodes are wording. Locked until the transaction ends. */
    List<Notice> lockDue(int limit) {
        return sql.list(LOCK_DUE, MailNotices::notice, limit);
    }

    /** What a person's groups plan for the next seven days, the first first. */
    List<Planned> planned(UUID user, int limit) {
        return sql.list(
                PLANNED,
                row -> new Planned(
                        Activities.activity(row),
                        row.getString("group_name"),
                        Optional.ofNullable(row.getString("own_state")).orElse("")),
                user,
                limit);
    }

    /**
     * An activity that is planned.
     *
     * @param signUp the state of the person's sign-up; empty if there is none
     */
    record Planned(Activity activity, String group, String signUp) {}

    /** Notes what a person's calendar is told. */
    void invite(UUID user, UUID activity, Invitation invitation) {
        sql.update(INVITE, user, activity, invitation.sequence(), invitation.invited());
    }

    /** Deletes what has been told. */
    void delete(List<Long> ids) {
        if (!ids.isEmpty()) {
            sql.update(DELETE, (Object) ids.toArray(Long[]::new));
        }
    }

    void postpone(long id, Duration by) {
        sql.update(POSTPONE, by.toSeconds(), id);
    }

    private static Notice notice(ResultSet row) throws SQLException {
        var known = row.getObject("starts_at", OffsetDateTime.class) != null;
        return new Notice(
                row.getLong("notice_id"),
                row.getString("notice_kind"),
                recipient(row),
                Optional.ofNullable(row.getString("notice_subject")),
                row.getString("notice_reason"),
                Optional.ofNullable(row.getObject("notice_group", UUID.class)),
                Optional.ofNullable(row.getString("group_name")),
                Optional.ofNullable(row.getObject("notice_activity", UUID.class)),
                known ? Optional.of(Activities.activity(row)) : Optional.empty(),
                "confirmed".equals(row.getString("own_state")),
                row.getBoolean("notice_outdated"),
                invitation(row));
    }

    private static Optional<Invitation> invitation(ResultSet row) throws SQLException {
        var sequence = row.getObject("invited_sequence", Integer.class);
        return sequence == null ? Optional.empty() : Optional.of(new Invitation(sequence, row.getBoolean("invited")));
    }

    /** What concerns the security of an account goes to the address that it had; everything else needs a proved one. */
    private static Optional<Recipient> recipient(ResultSet row) throws SQLException {
        var user = Optional.ofNullable(row.getObject("notice_user", UUID.class));
        var address = row.getString("notice_email");
        if (address != null) {
            return Optional.of(new Recipient(
                    user,
                    address,
                    "",
                    Language.of(row.getString("notice_language")),
                    Optional.empty(),
                    Optional.empty()));
        }
        if (row.getString("own_email") == null || !row.getBoolean("reachable")) {
            return Optional.empty();
        }
        var settings = NotificationSettingsStore.settings(row);
        return Optional.of(new Recipient(
                user,
                row.getString("own_email"),
                row.getString("display_name"),
                settings.language(),
                Optional.of(settings),
                Optional.of(row.getObject("unsubscribe_token", UUID.class))));
    }
}
