package org.muster.page;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Ids;
import org.muster.database.Sql;

/** The views of public groups and of their public activities that are to come, in SQL. */
final class PublicPages {
    private static final int GROUPS_AT_ONCE = 100;
    private static final int ACTIVITIES_OF_A_GROUP = 100;

    private static final String LIST = """
            SELECT listed.group_id, listed.slug, listed.updated_at, upcoming.activity_id,
                   upcoming.updated_at AS activity_updated_at
              FROM (SELECT group_id, slug, updated_at
                      FROM user_group
                     WHERE visibility = 'public' AND state = 'active' AND group_id < ?
                     ORDER BY group_id DESC
                     LIMIT ?) AS listed
              LEFT JOIN LATERAL (SELECT activity_id, updated_at
                                   FROM activity
                                  WHERE group_id = listed.group_id AND visibility = 'public'
                                    AND published_at IS NOT NULL AND state = 'published' AND starts_at >= now()
                                  ORDER BY starts_at, activity_id
                                  LIMIT ?) AS upcoming ON true
             ORDER BY listed.group_id DESC
            """;

    private final Sql sql;

    PublicPages(Sql sql) {
        this.sql = sql;
    }

    /**
     * A group, and perhaps an activity of it.
     *
     * @param updatedAt of the group
     */
    record Page(UUID group, String slug, Instant updatedAt, Optional<Activity> activity) {}

    record Activity(UUID id, Instant updatedAt) {}

    /**
     * The next groups, the newest first, each with its next activities: once for each activity, or once without any. None after the last.
     *
     * @param after the last group of the ones before; empty for the first
     */
    List<Page> list(Optional<UUID> after) {
        return sql.list(LIST, PublicPages::page, after.orElse(Ids.MAX), GROUPS_AT_ONCE, ACTIVITIES_OF_A_GROUP);
    }

    private static Page page(ResultSet row) throws SQLException {
        return new Page(
                row.getObject("group_id", UUID.class),
                row.getString("slug"),
                instant(row, "updated_at"),
                row.getObject("activity_id") == null
                        ? Optional.empty()
                        : Optional.of(new Activity(
                                row.getObject("activity_id", UUID.class), instant(row, "activity_updated_at"))));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
