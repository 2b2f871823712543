package org.muster.signups;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activities;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.queue.SignUp;

/** What a user takes part in, and what is coming up in their groups, in SQL. */
final class MyActivities {
    private static final String LIST = """
            SELECT %s, sign_up.state AS own_state, seats, attendance,
                   CASE sign_up.state WHEN 'waiting' THEN (SELECT count(*)
                                                             FROM sign_up AS other
                                                            WHERE other.group_id = sign_up.group_id
                                                              AND other.activity_id = sign_up.activity_id
                                                              AND other.state = 'waiting'
                                                              AND other.queue_number <= sign_up.queue_number)
                   END AS position
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
              LEFT JOIN membership USING (group_id, user_id)
             WHERE sign_up.user_id = ? AND sign_up.state <> 'cancelled'
               AND starts_at >= ? AND starts_at < ?
               AND (starts_at, activity_id) > (?, ?)
               AND (activity.visibility = 'public' OR membership.state = 'active'
                    OR starts_at > now() AND membership.state IS DISTINCT FROM 'banned')
             ORDER BY starts_at, activity_id
             LIMIT ?
            """.formatted(Activities.COLUMNS.qualified("activity"));

    /** Each group adds at most a page. */
    private static final String UPCOMING = """
            SELECT %1$s, own.state AS own_state, own.seats, own.attendance,
                   CASE own.state WHEN 'waiting' THEN (SELECT count(*)
                                                         FROM sign_up AS other
                                                        WHERE other.group_id = own.group_id
                                                          AND other.activity_id = own.activity_id
                                                          AND other.state = 'waiting'
                                                          AND other.queue_number <= own.queue_number)
                   END AS position
              FROM (SELECT user_id, %2$s
                      FROM membership
                      JOIN user_group USING (group_id)
                     CROSS JOIN LATERAL (SELECT %3$s
                                           FROM activity
                                          WHERE activity.group_id = membership.group_id
                                            AND activity.state = 'published' AND starts_at > now()
                                            AND (starts_at, activity_id) > (?, ?)
                                            AND NOT (? AND EXISTS (SELECT FROM sign_up
                                                                    WHERE sign_up.group_id = activity.group_id
                                                                      AND sign_up.activity_id = activity.activity_id
                                                                      AND sign_up.user_id = membership.user_id
                                                                      AND sign_up.state <> 'cancelled'))
                                          ORDER BY starts_at, activity_id
                                          LIMIT ?) AS planned
                     WHERE membership.user_id = ? AND membership.state = 'active' AND user_group.state = 'active'
                     ORDER BY planned.starts_at, planned.activity_id
                     LIMIT ?) AS upcoming
              LEFT JOIN sign_up AS own
                ON own.group_id = upcoming.group_id AND own.activity_id = upcoming.activity_id
               AND own.user_id = upcoming.user_id AND own.state <> 'cancelled'
             ORDER BY upcoming.starts_at, upcoming.activity_id
            """.formatted(
                    Activities.COLUMNS.qualified("upcoming"),
                    Activities.COLUMNS.qualified("planned"),
                    Activities.COLUMNS.qualified("activity"));

    private final Sql sql;

    MyActivities(Sql sql) {
        this.sql = sql;
    }

    /** The activities that the user has signed up for, by their start. */
    List<MyActivity> list(
            UUID user, Optional<Instant> from, Optional<Instant> to, Optional<Activities.Key> after, int limit) {
        var last = after.orElse(Activities.Key.FIRST_KEY);
        return sql.list(
                LIST,
                MyActivities::activity,
                user,
                Activities.utc(from.orElse(Activities.FIRST)),
                Activities.utc(to.orElse(Activities.LAST)),
                Activities.utc(last.startsAt()),
                last.id(),
                limit);
    }

    /**
     * The published activities of the user's groups that start later, by their start.
     *
     * @param unanswered whether to leave out those that the user has signed up for
     */
    List<MyActivity> upcoming(UUID user, boolean unanswered, Optional<Activities.Key> after, int limit) {
        var last = after.orElse(Activities.Key.FIRST_KEY);
        return sql.list(
                UPCOMING,
                MyActivities::activity,
                Activities.utc(last.startsAt()),
                last.id(),
                unanswered,
                limit,
                user,
                limit);
    }

    private static MyActivity activity(ResultSet row) throws SQLException {
        return new MyActivity(
                Activities.activity(row),
                row.getString("own_state") == null ? Optional.empty() : Optional.of(own(row)));
    }

    private static MyActivity.Own own(ResultSet row) throws SQLException {
        return new MyActivity.Own(
                EnumNames.constant(SignUp.State.class, row.getString("own_state")),
                SignUps.position(row),
                row.getInt("seats"),
                EnumNames.constant(SignUp.Attendance.class, row.getString("attendance")));
    }
}
