package org.muster.transfer;

import jakarta.json.stream.JsonGenerator;
import java.util.Collections;
import java.util.UUID;
import org.muster.database.Sql;

/** The export of a group, in SQL: one statement for each table. */
final class GroupExport {
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

    private static final String SIGN_UPS = """
            SELECT activity_id, user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
              FROM sign_up
             WHERE group_id = ?
             ORDER BY activity_id, queue_number
            """;

    private static final String MOVES = """
            SELECT activity_id, user_id, from_state AS "from", to_state AS "to", seats, queue_number,
                   replace(cause, '_', '-') AS cause, reason, made_by, created_at AS at
              FROM sign_up_move
             WHERE group_id = ?
             ORDER BY activity_id, move_number
            """;

    private static final String AUDIT = """
            SELECT actor_id, action, user_id, activity_id, reason, created_at AS at
              FROM audit
             WHERE group_id = ?
             ORDER BY number
            """;

    private final ExportedRows rows;

    GroupExport(Sql sql) {
        rows = new ExportedRows(sql);
    }

    /** As {@link ExportedRows#begin}. */
    void begin() {
        rows.begin();
    }

    /** Writes all data of a group. Of users it has the id and the display name. */
    void write(UUID group, JsonGenerator json) {
        rows.array("members", MEMBERS, json, group);
        rows.array("others", OTHERS, json, Collections.nCopies(7, group).toArray());
        rows.array("series", SERIES, json, group);
        rows.array("activities", ACTIVITIES, json, group);
        rows.array("signUps", SIGN_UPS, json, group);
        rows.array("moves", MOVES, json, group);
        rows.array("audit", AUDIT, json, group);
    }
}
