package org.muster.activities;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.muster.database.Sql;

/**
 * Activities to come whose instants were derived by the rules of another tz database than this JVM's, in SQL. Cancelled
 * ones stay as they are.
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
            SELECT *
              FROM activity
             WHERE group_id = ? AND starts_at > now() AND tzdb_version <> ? AND state <> 'cancelled'
             ORDER BY activity_id
             LIMIT ?
               FOR NO KEY UPDATE
            """;

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

    /** How many there are. */
    long count() {
        return sql.optional(COUNT, row -> row.getLong("outdated"), Schedule.tzdbVersion())
                .orElseThrow();
    }

    /** Groups that have some, by their ids, after this one. */
    List<UUID> groups(UUID after, int limit) {
        return sql.list(GROUPS, row -> row.getObject("group_id", UUID.class), Schedule.tzdbVersion(), after, limit);
    }

    /** Some of the group's, which is locked, locked until the transaction ends. */
    List<Activity> lock(UUID group, int limit) {
        return sql.list(LOCK, Activities::activity, group, Schedule.tzdbVersion(), limit);
    }

    /** Derives the instants of these, locked and of one group, anew; only those that move get a new version. */
    void recompute(UUID group, List<Activity> activities) {
        sql.update(
                RECOMPUTE,
                Schedule.tzdbVersion(),
                activities.stream().map(activity -> activity.id().toString()).toArray(String[]::new),
                activities.stream().map(activity -> start(activity).toString()).toArray(String[]::new),
                activities.stream().map(activity -> moves(activity) ? "1" : "0").toArray(String[]::new),
                group);
    }

    /** Whether its wall clock is at another instant now. */
    static boolean moves(Activity activity) {
        return !start(activity).equals(activity.startsAt());
    }

    private static Instant start(Activity activity) {
        return activity.plan().schedule().startsAt();
    }
}
