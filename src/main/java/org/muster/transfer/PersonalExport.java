package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.stream.JsonGenerator;
import java.util.UUID;
import org.muster.database.Sql;
import org.muster.users.Operators;

/** The export of what there is about a user, in SQL: one statement for each table. */
final class PersonalExport {
    private static final String ACCOUNT = """
            SELECT user_id AS id, email, email_verified_at IS NOT NULL AS email_verified, pending_email, display_name, zone,
                   created_at
              FROM user_account
             WHERE user_id = ?
            """;

    private static final String PROVIDERS = """
            SELECT issuer, subject, created_at
              FROM provider_identity
             WHERE user_id = ?
             ORDER BY issuer, subject
            """;

    /** Not the secret, and no codes. */
    private static final String SECOND_FACTORS = """
            SELECT confirmed_at AS enabled_at, to_timestamp(last_step * 30) AS last_used_at,
                   (SELECT count(*) FROM recovery_code WHERE recovery_code.user_id = second_factor.user_id) AS recovery_codes
              FROM second_factor
             WHERE user_id = ? AND confirmed_at IS NOT NULL
            """;

    private static final String OPERATORS_ACTIONS = """
            SELECT action, user_id, reason, created_at AS at
              FROM account_audit
             WHERE user_id = ?
             ORDER BY number
            """;

    private static final String SESSIONS = """
            SELECT session_id AS id, name, scopes, created_at, expires_at
              FROM user_session
             WHERE user_id = ?
             ORDER BY created_at
            """;

    private static final String CALENDAR_TOKENS = """
            SELECT created_at
              FROM calendar_token
             WHERE user_id = ?
            """;

    private static final String MEMBERSHIPS = """
            SELECT group_id,
                   (SELECT name
                      FROM user_group
                     WHERE user_group.group_id = membership.group_id AND membership.state <> 'banned') AS group_name,
                   role, state, created_at AS since
              FROM membership
             WHERE user_id = ?
             ORDER BY group_id
            """;

    /** Of activities only what the person may see now. */
    private static final String SIGN_UPS = """
            SELECT sign_up.group_id, sign_up.activity_id, title, starts_at, sign_up.state, seats, sign_up.queue_number, attendance,
                   made_by, sign_up.created_at, sign_up.updated_at
              FROM sign_up
              LEFT JOIN membership ON membership.group_id = sign_up.group_id AND membership.user_id = sign_up.user_id
              LEFT JOIN activity ON activity.group_id = sign_up.group_id AND activity.activity_id = sign_up.activity_id
                                AND published_at IS NOT NULL
                                AND (activity.visibility = 'public' OR membership.state = 'active'
                                     OR starts_at > now() AND sign_up.state <> 'cancelled'
                                        AND membership.state IS DISTINCT FROM 'banned')
             WHERE sign_up.user_id = ?
             ORDER BY sign_up.group_id, sign_up.activity_id
            """;

    private static final String MOVES = """
            SELECT group_id, activity_id, from_state AS "from", to_state AS "to", sign_up_move.seats,
                   sign_up_move.queue_number, replace(cause, '_', '-') AS cause, reason, sign_up_move.made_by,
                   sign_up_move.created_at AS at
              FROM sign_up
              JOIN sign_up_move USING (group_id, activity_id, user_id)
             WHERE user_id = ?
             ORDER BY group_id, activity_id, move_number
            """;

    private static final String NOTIFICATIONS = """
            SELECT kind, group_id, activity_id, subject, reason, created_at AS at, read_at
              FROM notification
             WHERE user_id = ?
             ORDER BY number
            """;

    private static final String NOTIFICATION_SETTINGS = """
            SELECT language, sign_ups, activities, groups, calendar_invitations, reminder, digest, digest_on
              FROM user_account
              LEFT JOIN notification_setting USING (user_id)
             WHERE user_id = ?
            """;

    private static final String CALENDAR_INVITATIONS = """
            SELECT activity_id, sequence, invited, updated_at
              FROM calendar_invitation
             WHERE user_id = ?
             ORDER BY activity_id
            """;

    private static final String REMINDERS = """
            SELECT activity_id, sequence, created_at AS at
              FROM mail_reminder
             WHERE user_id = ?
             ORDER BY activity_id, sequence
            """;

    private static final String MAIL = """
            SELECT kind, address, subject, state, attempts, failure, created_at, expires_at
              FROM mail_delivery
             WHERE user_id = ?
             ORDER BY delivery_id
            """;

    /** Not the endpoint: whoever knows it can send to it. */
    private static final String PUSH_SUBSCRIPTIONS = """
            SELECT substring(endpoint FROM '^[a-z]+://[^/]+') AS service, language, created_at
              FROM push_subscription
             WHERE user_id = ?
             ORDER BY created_at
            """;

    private static final String INVITATIONS = """
            SELECT group_id, invitation_id AS id, role, max_uses AS max, used, note, created_at, expires_at, revoked_at
              FROM invitation
             WHERE created_by = ?
             ORDER BY group_id, invitation_id
            """;

    private static final String AUDIT = """
            SELECT group_id, actor_id, action, user_id, activity_id, reason, created_at AS at
              FROM audit
             WHERE actor_id = ? OR user_id = ?
             ORDER BY group_id, number
            """;

    private final ExportedRows rows;

    PersonalExport(Sql sql) {
        rows = new ExportedRows(sql);
    }

    /** As {@link ExportedRows#begin}. */
    void begin() {
        rows.begin();
    }

    /** Writes all data about a user, except credentials. */
    void write(UUID user, Operators operators, JsonGenerator json) {
        rows.each(
                ACCOUNT,
                account -> {
                    var named =
                            operators.include(user, account.getString("email"), account.getBoolean("emailVerified"));
                    json.write(
                            "account",
                            JSON.createObjectBuilder(account)
                                    .add("operator", named)
                                    .build());
                },
                user);
        rows.array("providers", PROVIDERS, json, user);
        rows.array("secondFactors", SECOND_FACTORS, json, user);
        rows.array("operatorsActions", OPERATORS_ACTIONS, json, user);
        rows.array("sessions", SESSIONS, json, user);
        rows.array("calendarTokens", CALENDAR_TOKENS, json, user);
        rows.array("memberships", MEMBERSHIPS, json, user);
        rows.array("signUps", SIGN_UPS, json, user);
        rows.array("moves", MOVES, json, user);
        rows.array("notifications", NOTIFICATIONS, json, user);
        rows.array("notificationSettings", NOTIFICATION_SETTINGS, json, user);
        rows.array("calendarInvitations", CALENDAR_INVITATIONS, json, user);
        rows.array("reminders", REMINDERS, json, user);
        rows.array("mail", MAIL, json, user);
        rows.array("pushSubscriptions", PUSH_SUBSCRIPTIONS, json, user);
        rows.array("invitations", INVITATIONS, json, user);
        rows.array("audit", AUDIT, json, user, user);
    }
}
