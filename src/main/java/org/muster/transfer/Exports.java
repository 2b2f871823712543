package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.StringReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.muster.database.Sql;
import org.muster.http.Times;
import org.muster.users.Operators;

/**
 * The exports, in SQL: one statement for each table, all in one transaction with one snapshot of the database.
 */
final class Exports {
    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

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

    private static final String SIGN_UPS = """
            SELECT group_id, activity_id, title, starts_at, sign_up.state, seats, sign_up.queue_number, attendance, made_by,
                   sign_up.created_at, sign_up.updated_at
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
             WHERE user_id = ?
             ORDER BY group_id, activity_id
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

    private static final String MEMBERS = """
            SELECT user_id, display_name, role, state, membership.created_at AS since
              FROM membership
              JOIN user_account USING (user_id)
             WHERE group_id = ?
             ORDER BY user_id
            """;

    private static final String OTHERS = """
            SELECT user_id, CASE WHEN signed_up THEN display_name ELSE '' END AS display_name
              FROM (SELECT user_id, bool_or(signed_up) AS signed_up
                      FROM (SELECT user_id, true AS signed_up FROM sign_up WHERE group_id = ?
                             UNION ALL
                            SELECT made_by, false FROM sign_up WHERE group_id = ?
                             UNION ALL
                            SELECT user_id, false FROM sign_up_move WHERE group_id = ?
                             UNION ALL
                            SELECT made_by, false FROM sign_up_move WHERE group_id = ?
                             UNION ALL
                            SELECT actor_id, false FROM audit WHERE group_id = ?
                             UNION ALL
                            SELECT user_id, false FROM audit WHERE group_id = ?) AS mention
                     GROUP BY user_id) AS mentioned
              JOIN user_account USING (user_id)
             WHERE NOT EXISTS (SELECT
                                 FROM membership
                                WHERE group_id = ? AND membership.user_id = mentioned.user_id)
             ORDER BY user_id
            """;

    private static final String SERIES = """
            SELECT series_id AS id, title, description, place, online_url, to_char(starts_local, 'YYYY-MM-DD"T"HH24:MI:SS') AS starts_local, zone, duration_minutes, all_day,
                   capacity, guests_allowed, waitlist, visibility, publish,
                   json_build_object('frequency', frequency, 'interval', every,
                                     'weekdays', CASE WHEN weekdays <> '{}' THEN to_json(weekdays) END, 'nth', nth, 'monthDay', month_day,
                                     'until', until, 'count', times) AS rule,
                   state, made_through, version, created_at, updated_at
              FROM activity_series
             WHERE group_id = ?
             ORDER BY series_id
            """;

    private static final String ACTIVITIES = """
            SELECT activity_id AS id, title, description, place, online_url, to_char(starts_local, 'YYYY-MM-DD"T"HH24:MI:SS') AS starts_local, zone, duration_minutes, all_day,
                   capacity, guests_allowed, waitlist, signup_opens_at, signup_closes_at, visibility, state, version, sequence,
                   published_at, series_id, occurs_on, overridden, created_at, updated_at
              FROM activity
             WHERE group_id = ?
             ORDER BY activity_id
            """;

    private static final String ALL_SIGN_UPS = """
            SELECT activity_id, user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
              FROM sign_up
             WHERE group_id = ?
             ORDER BY activity_id, queue_number
            """;

    private static final String ALL_MOVES = """
            SELECT activity_id, user_id, from_state AS "from", to_state AS "to", seats, queue_number,
                   replace(cause, '_', '-') AS cause, reason, made_by, created_at AS at
              FROM sign_up_move
             WHERE group_id = ?
             ORDER BY activity_id, move_number
            """;

    private static final String ALL_AUDIT = """
            SELECT actor_id, action, user_id, activity_id, reason, created_at AS at
              FROM audit
             WHERE group_id = ?
             ORDER BY number
            """;

    private static final Pattern WORD = Pattern.compile("_([a-z])");

    private final Sql sql;

    Exports(Sql sql) {
        this.sql = sql;
    }

    /** Sets the transaction to one read-only snapshot. Must be the transaction's first statement. */
    void begin() {
        sql.update(SNAPSHOT);
    }

    /** Writes all data about a user, except credentials. */
    void person(UUID user, Operators operators, JsonGenerator json) {
        sql.each(
                ACCOUNT,
                Exports::object,
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
        array("providers", PROVIDERS, json, user);
        array("operatorsActions", OPERATORS_ACTIONS, json, user);
        array("sessions", SESSIONS, json, user);
        array("calendarTokens", CALENDAR_TOKENS, json, user);
        array("memberships", MEMBERSHIPS, json, user);
        array("signUps", SIGN_UPS, json, user);
        array("moves", MOVES, json, user);
        array("notifications", NOTIFICATIONS, json, user);
        array("notificationSettings", NOTIFICATION_SETTINGS, json, user);
        array("calendarInvitations", CALENDAR_INVITATIONS, json, user);
        array("reminders", REMINDERS, json, user);
        array("mail", MAIL, json, user);
        array("pushSubscriptions", PUSH_SUBSCRIPTIONS, json, user);
        array("invitations", INVITATIONS, json, user);
        array("audit", AUDIT, json, user, user);
    }

    /** Writes all data of a group. Of users it has the id and the display name. */
    void group(UUID group, JsonGenerator json) {
        array("members", MEMBERS, json, group);
        array("others", OTHERS, json, Collections.nCopies(7, group).toArray());
        array("series", SERIES, json, group);
        array("activities", ACTIVITIES, json, group);
        array("signUps", ALL_SIGN_UPS, json, group);
        array("moves", ALL_MOVES, json, group);
        array("audit", ALL_AUDIT, json, group);
    }

    private void array(String name, String statement, JsonGenerator json, Object... parameters) {
        json.writeStartArray(name);
        sql.each(statement, Exports::object, json::write, parameters);
        json.writeEnd();
    }

    /** The row as an object; the names are the columns' in camel case. */
    private static JsonObject object(ResultSet row) throws SQLException {
        var object = JSON.createObjectBuilder();
        var columns = row.getMetaData();
        for (var i = 1; i <= columns.getColumnCount(); i++) {
            var name = WORD.matcher(columns.getColumnLabel(i))
                    .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
            object.add(name, value(row, i, columns.getColumnType(i)));
        }
        return object.build();
    }

    private static JsonValue value(ResultSet row, int column, int type) throws SQLException {
        var value = row.getObject(column);
        if (value == null) {
            return JsonValue.NULL;
        }
        if (value instanceof Timestamp) {
            return JSON.createValue(
                    Times.utc(row.getObject(column, OffsetDateTime.class).toInstant()));
        }
        if (value instanceof Boolean flag) {
            return flag ? JsonValue.TRUE : JsonValue.FALSE;
        }
        if (value instanceof Number number) {
            return JSON.createValue(number.longValue());
        }
        return type == Types.OTHER && !(value instanceof UUID) ? parsed(value) : JSON.createValue(value.toString());
    }

    private static JsonValue parsed(Object json) {
        try (var reader = JSON.createReader(new StringReader(json.toString()))) {
            return reader.readValue();
        }
    }
}
