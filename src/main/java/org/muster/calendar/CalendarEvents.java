package org.muster.calendar;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activities;
import org.muster.database.Sql;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.users.Requester;
import org.muster.users.Token;

/**
 * The events of calendar subscriptions, in SQL: published activities that start later than 366 days ago. Cancelled
 * ones remain for 30 days.
 *
 * <p>The hash of the content covers the activities and their versions. It must be read before the events: a change in
 * between is then at worst fetched again, and never missed.
 */
final class CalendarEvents {
    private static final String OPEN_GROUP = """
            SELECT access.*,
                   (SELECT encode(sha256(COALESCE(string_agg(activity_id || ':' || version, ' ' ORDER BY starts_at, activity_id),
                                                  '')::bytea), 'hex')
                      FROM activity
                     WHERE group_id = group_group_id AND starts_at >= now() - interval '366 days'
                       AND published_at IS NOT NULL AND (member_state = 'active' OR visibility = 'public')
                       AND (state <> 'cancelled' OR updated_at >= now() - interval '30 days')) AS content
              FROM group_access(?, ?) AS access
            """;

    private static final String OF_GROUP = """
            SELECT %s
              FROM activity
             WHERE group_id = ? AND starts_at >= now() - interval '366 days' AND (starts_at, activity_id) > (?, ?)
               AND published_at IS NOT NULL AND (? OR visibility = 'public')
               AND (state <> 'cancelled' OR updated_at >= now() - interval '30 days')
             ORDER BY starts_at, activity_id
             LIMIT ?
            """.formatted(beginOfDescription(Activities.COLUMNS.toString()));

    private static final String OPEN_PERSONAL = """
            SELECT calendar_token.user_id,
                   (SELECT encode(sha256(COALESCE(string_agg(activity_id || ':' || version || ':' || sign_up.state, ' '
                                                             ORDER BY starts_at, activity_id),
                                                  '')::bytea), 'hex')
                      FROM sign_up
                      JOIN activity USING (group_id, activity_id)
                      LEFT JOIN membership USING (group_id, user_id)
                     WHERE sign_up.user_id = calendar_token.user_id AND sign_up.state <> 'cancelled'
                       AND starts_at >= now() - interval '366 days' AND published_at IS NOT NULL
                       AND (activity.state <> 'cancelled' OR activity.updated_at >= now() - interval '30 days')
                       AND (activity.visibility = 'public' OR membership.state = 'active'
                            OR starts_at > now() AND membership.state IS DISTINCT FROM 'banned')) AS content
              FROM calendar_token
             WHERE token_hash = ?
            """;

    private static final String OF_USER = """
            SELECT %s, sign_up.state = 'waiting' AS own_waiting
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
              LEFT JOIN membership USING (group_id, user_id)
             WHERE sign_up.user_id = ? AND sign_up.state <> 'cancelled'
               AND starts_at >= now() - interval '366 days' AND (starts_at, activity_id) > (?, ?)
               AND published_at IS NOT NULL
               AND (activity.state <> 'cancelled' OR activity.updated_at >= now() - interval '30 days')
               AND (activity.visibility = 'public' OR membership.state = 'active'
                    OR starts_at > now() AND membership.state IS DISTINCT FROM 'banned')
             ORDER BY starts_at, activity_id
             LIMIT ?
            """.formatted(beginOfDescription(Activities.COLUMNS.qualified("activity")));

    /** These columns with as many characters of the description as a parameter says. */
    private static String beginOfDescription(String columns) {
        return columns.replaceFirst("((activity\\.)?description)", "left($1, ?) AS description");
    }

    private final Sql sql;

    CalendarEvents(Sql sql) {
        this.sql = sql;
    }

    /** A group's calendar before its events are read. */
    record OfGroup(GroupAccess access, String content) {}

    /** A user's calendar before its events are read. */
    record Personal(UUID user, String content) {}

    /**
     * The group's calendar for whoever makes the request.
     *
     * @throws org.muster.problems.Problem 401 or 403 as {@link Requester#identifying}; 404 if there is no such group
     */
    OfGroup open(UUID group, Requester requester) {
        return sql.optional(
                        OPEN_GROUP,
                        requester.identifying(
                                row -> new OfGroup(Groups.requestedAccess(row), row.getString("content"))),
                        requester.tokenHash(),
                        group)
                .orElseThrow();
    }

    /** The calendar with this token in its address; empty if the token is unknown, replaced or revoked. */
    Optional<Personal> open(Token token) {
        return sql.optional(
                OPEN_PERSONAL,
                row -> new Personal(row.getObject("user_id", UUID.class), row.getString("content")),
                token.hash());
    }

    /**
     * The next page of events of the group's calendar, by their start.
     *
     * @param groupOnly whether to include activities that only members can see
     * @param description the most characters of a description
     */
    List<CalendarEvent> ofGroup(UUID group, boolean groupOnly, Activities.Key after, int description) {
        return sql.list(
                OF_GROUP,
                row -> new CalendarEvent(Activities.activity(row), false),
                description,
                group,
                start(after),
                after.id(),
                groupOnly,
                Calendar.PAGE_SIZE);
    }

    /**
     * The next page of events of the user's calendar, by their start.
     *
     * @param description the most characters of a description
     */
    List<CalendarEvent> ofUser(UUID user, Activities.Key after, int description) {
        return sql.list(
                OF_USER,
                row -> new CalendarEvent(Activities.activity(row), row.getBoolean("own_waiting")),
                description,
                user,
                start(after),
                after.id(),
                Calendar.PAGE_SIZE);
    }

    private static OffsetDateTime start(Activities.Key key) {
        return key.startsAt().atOffset(ZoneOffset.UTC);
    }
}
