package org.muster.notices;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.http.Zone;
import org.muster.json.EnumNames;

/** Notices that are due by the clock, in SQL: reminders and digests. Each is noted once, whichever node does it. */
final class Reminders {
    /** Without descriptions, which may be long: all that are upcoming are read every minute. */
    private static final String UPCOMING =
            """
            SELECT %s
              FROM activity
             WHERE state = 'published' AND starts_at > now() AND starts_at < ? AND (starts_at, activity_id) > (?, ?)
             ORDER BY starts_at, activity_id
             LIMIT ?
            """.formatted(Activities.COLUMNS.toString().replace("description", "'' AS description"));

    private static final String REMIND = """
            WITH reminded AS (
                INSERT INTO mail_reminder (user_id, activity_id, sequence, starts_at)
                SELECT user_id, activity_id, ?, ?
                  FROM sign_up
                  JOIN user_account USING (user_id)
                  LEFT JOIN notification_setting USING (user_id)
                 WHERE group_id = ? AND activity_id = ? AND state = 'confirmed' AND sign_up.updated_at < ?
                   AND COALESCE(reminder, 'evening') = ? AND email_verified_at IS NOT NULL
                    ON CONFLICT DO NOTHING
                RETURNING user_id, activity_id, sequence
            )
            INSERT INTO mail_notice (kind, user_id, group_id, activity_id, sequence)
            SELECT 'activity.reminder', user_id, ?, activity_id, sequence
              FROM reminded
            """;

    private static final String ZONES = """
            SELECT DISTINCT zone
              FROM notification_setting
              JOIN user_account USING (user_id)
             WHERE digest
            """;

    private static final String DIGEST = """
            WITH told AS (
                UPDATE notification_setting
                   SET digest_on = ?
                  FROM user_account
                 WHERE user_account.user_id = notification_setting.user_id AND digest AND zone = ?
                   AND (digest_on IS NULL OR digest_on < ?)
                RETURNING notification_setting.user_id
            )
            INSERT INTO mail_notice (kind, user_id)
            SELECT 'digest', user_id
              FROM told
            """;

    private static final String FORGET = """
            WITH forgotten AS (
                DELETE FROM mail_reminder
                 WHERE created_at < now() - interval '30 days'
            )
            DELETE FROM calendar_invitation
             WHERE updated_at < now() - interval '400 days'
            """;

    private final Sql sql;

    Reminders(Sql sql) {
        this.sql = sql;
    }

    /** The next page of published activities that begin before this, by their start. */
    List<Activity> upcoming(Instant before, Activities.Key after, int limit) {
        return sql.list(
                UPCOMING,
                Activities::activity,
                before.atOffset(ZoneOffset.UTC),
                after.startsAt().atOffset(ZoneOffset.UTC),
                after.id(),
                limit);
    }

    /** Notes the reminders of an activity that were due then, for those who had a seat. Those who got it later have just been told. */
    int remind(Activity activity, Reminder reminder, Instant due) {
        return sql.update(
                REMIND,
                new Parameters()
                        .set("sequence", activity.sequence())
                        .set("starts_at", activity.startsAt().atOffset(ZoneOffset.UTC))
                        .set("group_id", activity.group())
                        .set("activity_id", activity.id())
                        .set("updated_at", due.atOffset(ZoneOffset.UTC))
                        .set("reminder", EnumNames.of(reminder))
                        .set("group_id", activity.group())
                        .values());
    }

    /** The time zones of those who get digests. */
    List<Zone> zones() {
        return sql.list(ZONES, row -> Zone.stored(row.getString("zone"), ZoneOffset.UTC));
    }

    /** Notes the digests of the week that begins on this day, in a time zone. */
    int digest(Zone zone, LocalDate monday) {
        return sql.update(DIGEST, monday, zone.id(), monday);
    }

    /** Deletes what is of no use any more. */
    void forget() {
        sql.update(FORGET);
    }

    /** An activity at a time, of which reminders have been noted. */
    record Done(UUID activity, Instant startsAt, Reminder reminder) {}
}
