package org.muster.calendar;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.muster.activities.Activities;
import org.muster.database.Sql;

/**
 * The events of calendar subscriptions, in SQL: published activities that start later than 366 days ago. Cancelled
 * ones remain for 30 days.
 *
 * <p>The content's hash covers the activities and their versions. It must be read before the events: a change in
 * between is then at worst fetched again, and never missed.
 */
final class CalendarEvents {
    private static final String CONTENT_OF_GROUP = """
            SELECT encode(sha256(COALESCE(string_agg(activity_id || ':' || version, ' ' ORDER BY starts_at, activity_id),
                                          '')::bytea), 'hex') AS content
              FROM activity
             WHERE group_id = ? AND starts_at >= now() - interval '366 days'
               AND published_at IS NOT NULL AND (? OR visibility = 'public')
               AND (state <> 'cancelled' OR updated_at >= now() - interval '30 days')
            """;

    private static final String OF_GROUP = """
            SELECT *
              FROM activity
             WHERE group_id = ? AND starts_at >= now() - interval '366 days'
               AND published_at IS NOT NULL AND (? OR visibility = 'public')
               AND (state <> 'cancelled' OR updated_at >= now() - interval '30 days')
             ORDER BY starts_at, activity_id
            """;

    private static final String CONTENT_OF_USER = """
            SELECT encode(sha256(COALESCE(string_agg(activity_id || ':' || version || ':' || sign_up.state, ' '
                                                     ORDER BY starts_at, activity_id),
                                          '')::bytea), 'hex') AS content
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
             WHERE sign_up.user_id = ? AND sign_up.state <> 'cancelled'
               AND starts_at >= now() - interval '366 days' AND published_at IS NOT NULL
               AND (activity.state <> 'cancelled' OR activity.updated_at >= now() - interval '30 days')
            """;

    private static final String OF_USER = """
            SELECT activity.*, sign_up.state = 'waiting' AS own_waiting
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
             WHERE sign_up.user_id = ? AND sign_up.state <> 'cancelled'
               AND starts_at >= now() - interval '366 days' AND published_at IS NOT NULL
               AND (activity.state <> 'cancelled' OR activity.updated_at >= now() - interval '30 days')
             ORDER BY starts_at, activity_id
            """;

    private final Sql sql;

    CalendarEvents(Sql sql) {
        this.sql = sql;
    }

    /**
     * A hash of the events of the group's calendar.
     *
     * @param groupOnly whether to include activities that only members can see
     */
    String contentOfGroup(UUID group, boolean groupOnly) {
        return sql.optional(CONTENT_OF_GROUP, CalendarEvents::content, group, groupOnly)
                .orElseThrow();
    }

    /** The events of the group's calendar, by their start. */
    List<CalendarEvent> ofGroup(UUID group, boolean groupOnly) {
        return sql.list(OF_GROUP, row -> new CalendarEvent(Activities.activity(row), false), group, groupOnly);
    }

    /** A hash of the events of the user's calendar. */
    String contentOfUser(UUID user) {
        return sql.optional(CONTENT_OF_USER, CalendarEvents::content, user).orElseThrow();
    }

    /** The events of the user's calendar, by their start. */
    List<CalendarEvent> ofUser(UUID user) {
        return sql.list(
                OF_USER, row -> new CalendarEvent(Activities.activity(row), row.getBoolean("own_waiting")), user);
    }

    private static String content(ResultSet row) throws SQLException {
        return row.getString("content");
    }
}
