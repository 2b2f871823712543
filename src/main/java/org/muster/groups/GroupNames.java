package org.muster.groups;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.muster.database.Sql;

/**
 * The names of groups as they are searched, in SQL: those whose terms are missing or of an earlier version of Muster, which does not
 * store the name that they were made of.
 */
final class GroupNames {
    private static final String OUTDATED = """
            SELECT user_group.group_id, user_group.name
              FROM user_group
              LEFT JOIN group_search ON group_search.group_id = user_group.group_id
             WHERE group_search.folded_name IS DISTINCT FROM user_group.name AND user_group.group_id > ?
             ORDER BY user_group.group_id
             LIMIT ?
            """;

    /** A group may be renamed meanwhile. */
    private static final String ADD = """
            INSERT INTO group_search (group_id, name, terms, folded_name)
            SELECT user_group.group_id, user_group.name, array_to_tsvector(string_to_array(given.terms, ' ')), user_group.name
              FROM unnest(?::uuid[], ?::text[], ?::text[]) AS given (group_id, name, terms)
              JOIN user_group ON user_group.group_id = given.group_id AND user_group.name = given.name
               FOR KEY SHARE OF user_group
                ON CONFLICT (group_id) DO UPDATE
               SET terms = EXCLUDED.terms, folded_name = EXCLUDED.folded_name
             WHERE group_search.folded_name IS DISTINCT FROM EXCLUDED.folded_name AND group_search.name = EXCLUDED.name
            """;

    private final Sql sql;

    GroupNames(Sql sql) {
        this.sql = sql;
    }

    /** The name of a group. */
    record Name(UUID group, String name) {}

    private static Name name(ResultSet row) throws SQLException {
        return new Name(row.getObject("group_id", UUID.class), row.getString("name"));
    }

    /** Names without terms of this version, by the group's id, after this id. */
    List<Name> outdated(UUID after, int limit) {
        return sql.list(OUTDATED, GroupNames::name, after, limit);
    }

    /** Adds the terms of these names. */
    void add(List<Name> names) {
        sql.update(
                ADD,
                texts(names, name -> name.group().toString()),
                texts(names, Name::name),
                texts(names, name -> terms(name.name())));
    }

    /** As {@code string_to_array} splits them. */
    static String terms(String name) {
        return String.join(" ", FoldedName.terms(name));
    }

    private static String[] texts(List<Name> names, Function<Name, String> text) {
        return names.stream().map(text).toArray(String[]::new);
    }
}
