package org.muster.activities;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.json.EnumNames;

/** The occurrences of series, in SQL, many in each statement. Writers lock the group and the series first. */
final class Occurrences {
    private static final String LOCK = """
            SELECT %s
              FROM activity
             WHERE group_id = ? AND series_id = ?
             ORDER BY activity_id
               FOR NO KEY UPDATE
            """.formatted(Activities.COLUMNS);

    private static final String MAKE = """
            INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, starts_at, tzdb_version, capacity, guests_allowed, waitlist, visibility, all_day, state,
                   published_at, series_id, occurs_on)
            SELECT group_id, activity_id, title, description, place, online_url, slot.starts_local, zone, duration_minutes,
                   slot.starts_at, ?, capacity, guests_allowed, waitlist, visibility, all_day,
                   CASE WHEN publish THEN 'published' ELSE 'draft' END, CASE WHEN publish THEN now() END, series_id, occurs_on
              FROM unnest(?::uuid[], ?::uuid[], ?::date[], ?::timestamp[], ?::timestamptz[])
                AS slot (activity_id, series_id, occurs_on, starts_local, starts_at)
              JOIN activity_series USING (series_id)
             WHERE group_id = ?
               AND NOT EXISTS (SELECT
                                 FROM activity
                                WHERE activity.group_id = activity_series.group_id
                                  AND activity.series_id = slot.series_id AND activity.occurs_on = slot.occurs_on)
            """;

    private static final String MOVE = """
            UPDATE activity
               SET series_id = ?, occurs_on = occurs_on + ?,
                   version = version + CASE WHEN activity_id = ANY (versioned.ids) THEN 1 ELSE 0 END,
                   updated_at = CASE WHEN activity_id = ANY (versioned.ids) THEN now() ELSE updated_at END
              FROM (VALUES (?::uuid[])) AS versioned (ids)
             WHERE group_id = ? AND series_id = ? AND occurs_on >= ?
            """;

    private static final String CHANGE = """
            UPDATE activity
               SET title = ?, description = ?, place = ?, online_url = ?, starts_local = slot.starts_local, zone = ?,
                   duration_minutes = ?, capacity = ?::integer, guests_allowed = ?, waitlist = ?, visibility = ?, all_day = ?,
                   starts_at = CASE WHEN change.rescheduled THEN slot.starts_at ELSE activity.starts_at END,
                   tzdb_version = CASE WHEN change.rescheduled THEN ? ELSE tzdb_version END,
                   state = CASE WHEN change.publish THEN 'published' ELSE state END,
                   published_at = CASE WHEN change.publish THEN COALESCE(published_at, now()) ELSE published_at END,
                   version = version + 1,
                   sequence = sequence + CASE WHEN change.moved OR change.publish AND state = 'draft' THEN 1 ELSE 0 END,
                   updated_at = now()
              FROM (VALUES (?::boolean, ?::boolean, ?::boolean)) AS change (moved, rescheduled, publish),
                   unnest(?::uuid[], ?::timestamp[], ?::timestamptz[]) AS slot (activity_id, starts_local, starts_at)
             WHERE group_id = ? AND activity.activity_id = slot.activity_id
            """;

    private static final String DELETE_UNUSED = """
            DELETE FROM activity
             WHERE group_id = ? AND activity_id = ANY (?::uuid[])
               AND NOT EXISTS (SELECT
                                 FROM sign_up
                                WHERE sign_up.group_id = activity.group_id AND sign_up.activity_id = activity.activity_id)
            """;

    private static final String CANCEL = """
            UPDATE activity
               SET state = 'cancelled', version = version + 1, sequence = sequence + 1, updated_at = now()
             WHERE group_id = ? AND activity_id = ANY (?::uuid[])
            RETURNING activity_id
            """;

    private final Sql sql;

    Occurrences(Sql sql) {
        this.sql = sql;
    }

    /** An occurrence to create. */
    record Slot(UUID series, LocalDate on, Schedule schedule) {}

    /** All occurrences of the series, locked until the transaction ends. */
    List<Activity> lock(UUID group, UUID series) {
        return sql.list(LOCK, Activities::activity, group, series);
    }

    /** Creates the occurrences that do not exist yet, from their series. */
    void make(UUID group, List<Slot> slots) {
        if (!slots.isEmpty()) {
            sql.update(
                    MAKE,
                    new Parameters()
                            .set("tzdb_version", Schedule.tzdbVersion())
                            .set("activity_id", texts(slots, slot -> Ids.next()))
                            .set("series_id", texts(slots, Slot::series))
                            .set("occurs_on", texts(slots, Slot::on))
                            .set(
                                    "starts_local",
                                    texts(slots, slot -> slot.schedule().startsLocal()))
                            .set(
                                    "starts_at",
                                    texts(slots, slot -> slot.schedule().startsAt()))
                            .set("group_id", group)
                            .values());
        }
    }

    /**
     * Moves the occurrences from this day on to another series and shifts their days in it; their starts do not change.
     *
     * @param versioned the activities whose version grows
     */
    void move(Series from, LocalDate since, UUID to, int days, List<Activity> versioned) {
        var ids = texts(versioned, Activity::id);
        sql.update(MOVE, to, days, ids, from.group(), from.id(), since);
    }

    /**
     * A change of occurrences to what their series says.
     *
     * @param template what the series says now
     * @param days how many days later the occurrences take place than when they were read
     * @param moved whether calendars must be told
     * @param rescheduled whether the instants of their starts must be computed again
     * @param publish whether drafts among them are published
     */
    record Change(Series.Template template, int days, boolean moved, boolean rescheduled, boolean publish) {
        /** The schedule that the activity gets. */
        Schedule schedule(Activity activity) {
            return template.on(activity.occurrence().orElseThrow().on().plusDays(days));
        }
    }

    /** Changes these activities, each on its own day. */
    void change(UUID group, List<Activity> activities, Change change) {
        if (activities.isEmpty()) {
            return;
        }
        var plan = change.template.plan();
        sql.update(
                CHANGE,
                new Parameters()
                        .set("title", plan.title())
                        .set("description", plan.description())
                        .set("place", plan.place())
                        .set("online_url", plan.onlineUrl())
                        .set("zone", plan.schedule().zone().id())
                        .set("duration_minutes", (int)
                                plan.schedule().duration().toMinutes())
                        .set("capacity", plan.capacity().orElse(null))
                        .set("guests_allowed", plan.guestsAllowed())
                        .set("waitlist", plan.waitlist())
                        .set("visibility", EnumNames.of(plan.visibility()))
                        .set("all_day", plan.schedule().allDay())
                        .set("tzdb_version", Schedule.tzdbVersion())
                        .set("moved", change.moved)
                        .set("rescheduled", change.rescheduled)
                        .set("publish", change.publish)
                        .set("activity_id", texts(activities, Activity::id))
                        .set(
                                "starts_local",
                                texts(
                                        activities,
                                        activity -> change.schedule(activity).startsLocal()))
                        .set(
                                "starts_at",
                                texts(
                                        activities,
                                        activity -> change.schedule(activity).startsAt()))
                        .set("group_id", group)
                        .values());
    }

    /**
     * Deletes the activities that nobody has ever signed up for, cancels the others, and returns the ids of those.
     */
    List<UUID> remove(UUID group, List<Activity> activities) {
        if (activities.isEmpty()) {
            return List.of();
        }
        var ids = texts(activities, Activity::id);
        sql.update(DELETE_UNUSED, group, ids);
        return sql.list(CANCEL, row -> row.getObject("activity_id", UUID.class), group, ids);
    }

    private static <T> String[] texts(List<T> values, Function<T, Object> text) {
        return values.stream().map(value -> text.apply(value).toString()).toArray(String[]::new);
    }
}
