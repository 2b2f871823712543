package org.muster.notices;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.mail.Language;

/** What people are told by mail, in SQL. Who has chosen nothing has no row. */
final class NotificationSettingsStore {
    /** What {@link #settings} reads, of accounts and the settings that they may have. */
    static final String COLUMNS = """
            user_account.language AS own_language, COALESCE(sign_ups, true) AS sign_ups,
                   COALESCE(activities, true) AS activities, COALESCE(groups, true) AS groups,
                   COALESCE(calendar_invitations, true) AS calendar_invitations, COALESCE(reminder, 'evening') AS reminder,
                   COALESCE(digest, false) AS digest\
            """;

    private static final String FIND = """
            SELECT %s, email_verified_at IS NOT NULL AS verified, email_undeliverable_at IS NOT NULL AS undeliverable
              FROM user_account
              LEFT JOIN notification_setting USING (user_id)
             WHERE user_id = ? AND erased_at IS NULL
            """.formatted(COLUMNS);

    private static final String LOCK = FIND + """
               FOR NO KEY UPDATE OF user_account
            """;

    private static final String STORE = """
            WITH spoken AS (
                UPDATE user_account
                   SET language = ?
                 WHERE user_id = ?
                RETURNING user_id
            )
            INSERT INTO notification_setting (user_id, sign_ups, activities, groups, calendar_invitations, reminder, digest)
            SELECT user_id, ?, ?, ?, ?, ?, ?
              FROM spoken
                ON CONFLICT (user_id) DO UPDATE
               SET sign_ups = EXCLUDED.sign_ups, activities = EXCLUDED.activities, groups = EXCLUDED.groups,
                   calendar_invitations = EXCLUDED.calendar_invitations, reminder = EXCLUDED.reminder,
                   digest = EXCLUDED.digest
            """;

    private static final String UNSUBSCRIBE = """
            INSERT INTO notification_setting AS own (user_id, sign_ups, activities, groups, reminder)
            SELECT user_id, topic <> 'sign-ups', topic <> 'activities', topic <> 'groups',
                   CASE topic WHEN 'reminders' THEN 'none' ELSE 'evening' END
              FROM user_account
             CROSS JOIN (VALUES (?::text)) AS given (topic)
             WHERE unsubscribe_token = ?
                ON CONFLICT (user_id) DO UPDATE
               SET sign_ups = own.sign_ups AND EXCLUDED.sign_ups, activities = own.activities AND EXCLUDED.activities,
                   groups = own.groups AND EXCLUDED.groups,
                   reminder = CASE EXCLUDED.reminder WHEN 'none' THEN 'none' ELSE own.reminder END,
                   digest = own.digest AND ?
            """;

    private final Sql sql;

    NotificationSettingsStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * A person's settings, and whether they come into effect.
     *
     * @param verified whether the address was proved
     * @param undeliverable whether a mail server has refused it
     */
    record Found(NotificationSettings settings, boolean verified, boolean undeliverable) {}

    Optional<Found> find(UUID user) {
        return sql.optional(FIND, NotificationSettingsStore::found, user);
    }

    /** Locks the account until the transaction ends. */
    Optional<Found> lock(UUID user) {
        return sql.optional(LOCK, NotificationSettingsStore::found, user);
    }

    void store(UUID user, NotificationSettings settings) {
        sql.update(
                STORE,
                new Parameters()
                        .set("language", settings.language().code())
                        .set("user_id", user)
                        .set("sign_ups", settings.signUps())
                        .set("activities", settings.activities())
                        .set("groups", settings.groups())
                        .set("calendar_invitations", settings.calendarInvitations())
                        .set("reminder", EnumNames.of(settings.reminder()))
                        .set("digest", settings.digest())
                        .values());
    }

    /** Ends mail about a topic to the account with this token; false if there is none. */
    boolean unsubscribe(UUID token, Topic topic) {
        return sql.update(UNSUBSCRIBE, EnumNames.hyphenated(topic), token, topic != Topic.DIGEST) == 1;
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(settings(row), row.getBoolean("verified"), row.getBoolean("undeliverable"));
    }

    /** Settings from {@link #COLUMNS}. */
    static NotificationSettings settings(ResultSet row) throws SQLException {
        return new NotificationSettings(
                Language.of(row.getString("own_language")),
                row.getBoolean("sign_ups"),
                row.getBoolean("activities"),
                row.getBoolean("groups"),
                row.getBoolean("calendar_invitations"),
                EnumNames.constant(Reminder.class, row.getString("reminder")),
                row.getBoolean("digest"));
    }
}
