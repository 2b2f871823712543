package org.muster.groups;

import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** The slugs of groups, in SQL. A group takes one before it is created. */
final class Slugs {
    private static final String TAKE = """
            INSERT INTO group_directory (slug, group_id)
            VALUES (?, ?)
                ON CONFLICT (slug) DO NOTHING
            """;

    private static final String RELEASE = """
            DELETE FROM group_directory
             WHERE group_id = ?
            """;

    private final Sql sql;

    Slugs(Sql sql) {
        this.sql = sql;
    }

    /** Takes this slug for a group; empty if it is taken or reserved. */
    Optional<String> take(String slug, UUID group) {
        return Optional.of(slug).filter(free -> !GroupKey.isReserved(free) && sql.update(TAKE, free, group) == 1);
    }

    /** Takes a slug for a group that is made of a name, and of the group's id if it is taken otherwise. */
    Optional<String> takeFree(String name, UUID group) {
        var slug = FoldedName.slug(name);
        var base = slug.isEmpty()
                ? "group"
                : slug.substring(0, Math.min(40, slug.length())).replaceAll("-$", "");
        var unique = base + "-" + group.toString().substring(24);
        return take(base, group).or(() -> take(unique, group));
    }

    /** Changes a group's slug; false if the slug is taken: the caller must roll the transaction back then. */
    boolean change(UUID group, String slug) {
        sql.update(RELEASE, group);
        return take(slug, group).isPresent();
    }
}
