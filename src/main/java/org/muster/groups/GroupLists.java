package org.muster.groups;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.json.EnumNames;

/** Lists of groups, in SQL. */
final class GroupLists {
    private static final String LIST = """
            SELECT *
              FROM ((SELECT %s
                       FROM user_group
                      WHERE visibility = 'public' AND state = ? AND group_id < ?
                      ORDER BY group_id DESC
                      LIMIT ?)
                     UNION ALL
                    (SELECT %s
                       FROM membership
                       JOIN user_group ON user_group.group_id = membership.group_id
                      WHERE membership.user_id = ? AND membership.state = 'active' AND membership.group_id < ?
                        AND user_group.visibility = 'private' AND user_group.state = ?
                      ORDER BY membership.group_id DESC
                      LIMIT ?)) AS visible
             ORDER BY group_id DESC
             LIMIT ?
            """.formatted(Groups.COLUMNS, Groups.COLUMNS.qualified("user_group"));

    /** All matches are found first: a search for the first in order would read the whole table if there are few. */
    private static final String SEARCH = """
            SELECT %s
              FROM (SELECT group_id
                      FROM group_search
                     WHERE terms @@ ?::tsquery
                     UNION ALL
                    SELECT group_id
                      FROM group_search
                     WHERE terms IS NULL AND plain_words(name) @@ ?::tsquery
                    OFFSET 0) AS matching
              JOIN user_group ON user_group.group_id = matching.group_id
             WHERE state = ? AND user_group.group_id < ?
               AND (visibility = 'public'
                    OR EXISTS (SELECT
                                 FROM membership
                                WHERE membership.group_id = user_group.group_id AND membership.user_id = ?
                                  AND membership.state = 'active'))
             ORDER BY user_group.group_id DESC
             LIMIT ?
            """.formatted(Groups.COLUMNS.qualified("user_group"));

    private static final String OF_USER = """
            SELECT %s, membership.role AS member_role, membership.state AS member_state
              FROM membership
              JOIN user_group ON user_group.group_id = membership.group_id
             WHERE membership.user_id = ? AND membership.state <> 'banned' AND membership.group_id < ?
             ORDER BY membership.group_id DESC
             LIMIT ?
            """.formatted(Groups.COLUMNS.qualified("user_group"));

    private final Sql sql;

    GroupLists(Sql sql) {
        this.sql = sql;
    }

    /** The groups in this state that this user may see, the newest first. */
    List<Group> list(GroupState state, Optional<UUID> user, Optional<UUID> after, int limit) {
        var last = after.orElse(Ids.MAX);
        var in = EnumNames.of(state);
        return sql.list(
                LIST,
                Groups::group,
                new Parameters()
                        .set("state", in)
                        .set("group_id", last)
                        .set("limit", limit)
                        .set("user_id", user.orElse(null))
                        .set("group_id", last)
                        .set("state", in)
                        .set("limit", limit)
                        .set("limit", limit)
                        .values());
    }

    /**
     * The groups in this state that this user may see and whose names match, the newest first.
     *
     * @param words as of {@link FoldedName#query}
     */
    List<Group> search(String words, GroupState state, Optional<UUID> user, Optional<UUID> after, int limit) {
        return sql.list(
                SEARCH,
                Groups::group,
                words,
                words,
                EnumNames.of(state),
                after.orElse(Ids.MAX),
                user.orElse(null),
                limit);
    }

    /** The groups that this user is a member of or asked to join, the newest first. */
    List<GroupAccess> ofUser(UUID user, Optional<UUID> after, int limit) {
        return sql.list(OF_USER, Groups::access, user, after.orElse(Ids.MAX), limit);
    }
}
