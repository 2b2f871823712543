package org.muster.activities;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.muster.database.Sql;

/**
 * Upcoming activities whose start was computed with another version of the tz database than this JVM's, in SQL.
 * Cancelled ones do not count.
 */
final class OutdatedStarts {
    private static final String COUNT = """
            SELECT count(*) AS outdated
              FROM activity
             WHERE starts_at > now() AND tzdb_version <> ? AND state <> 'cancelled'
            """;

    private static final String GROUPS = """
            SELECT DISTINCT group_id
              FROM activity
             WHERE starts_at > now() AND tzdb_version <> ? AND state <> 'cancelled' AND group_id > ?
             ORDER BY group_id
             LIMIT ?
            """;

    private static final String LOCK = """
            SELECT %s
              FROM activity
             WHERE group_id = ? AND starts_at > now() AND tzdb_version <> ? AND state <> 'cancelled'
             ORDER BY activity_id
             LIMIT ?
               FOR NO KEY UPDATE
            """.formatted(Activities.COLUMNS);

    private static final String RECOMPUTE = """
            UPDATE activity
               SET starts_at = derived.starts_at, tzdb_version = ?,
                   version = version + moved, sequence = sequence + moved,
                   updated_at = CASE moved WHEN 1 THEN now() ELSE updated_at END
              FROM unnest(?::uuid[], ?::timestamptz[], ?::integer[]) AS derived (activity_id, starts_at, moved)
             WHERE group_id = ? AND activity.activity_id = derived.activity_id
            """;

    private final Sql sql;

    OutdatedStarts(Sql sql) {
        this.sql = sql;
    }

    /** Their number. */
    long count() {
        return sql.optional(COUNT, row -> row.getLong("outdated"), Schedule.tzdbVersion())
                .orElseThrow();
    }

    /** The ids of groups that have some, in order, after this id. */
    List<UUID> groups(UUID after, int limit) {
        return sql.list(GROUPS, row -> row.getObject("group_id", UUID.class), Schedule.tzdbVersion(), after, limit);
    }

    /** At most this number of the group's, locked until the transaction ends. The group must be locked. */
    List<Activity> lock(UUID group, int limit) {
        return sql.list(LOCK, Activities::activity, group, Schedule.tzdbVersion(), limit);
    }

    /**
     * Computes the starts of these activities again. They must be locked; the version grows only if the start
     * changes.
     */
    void recompute(UUID group, List<Activity> activities) {
        sql.update(
                RECOMPUTE,
                Schedule.tzdbVersion(),
                activities.stream().map(activity -> activity.id().toString()).toArray(String[]::new),
                activities.stream().map(activity -> start(activity).toString()).toArray(String[]::new),
                activities.stream().map(activity -> moves(activity) ? "1" : "0").toArray(String[]::new),
                group);
    }

    /** Whether the start changes. */
    static boolean moves(Activity activity) {
        return !start(activity).equals(activity.startsAt());
    }

    private static Instant start(Activity activity) {
        return activity.plan().schedule().startsAt();
    }
}
