package org.muster.groups;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.muster.database.Sql;

/** The names of groups as they are searched, in SQL: those that an earlier version of Muster stored without their terms. */
final class GroupNames {
    private static final String MISSING = """
            SELECT user_group.group_id, user_group.name
              FROM user_group
              LEFT JOIN group_search ON group_search.group_id = user_group.group_id
             WHERE group_search.terms IS NULL AND user_group.group_id > ?
             ORDER BY user_group.group_id
             LIMIT ?
            """;

    /** A group may be renamed meanwhile. */
    private static final String ADD = """
            INSERT INTO group_search (group_id, name, terms)
            SELECT user_group.group_id, user_group.name, array_to_tsvector(string_to_array(given.terms, ' '))
              FROM unnest(?::uuid[], ?::text[], ?::text[]) AS given (group_id, name, terms)
              JOIN user_group ON user_group.group_id = given.group_id AND user_group.name = given.name
               FOR KEY SHARE OF user_group
                ON CONFLICT (group_id) DO UPDATE
               SET terms = EXCLUDED.terms
             WHERE group_search.terms IS NULL AND group_search.name = EXCLUDED.name
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

    /** Names without terms, by the group's id, after this id. */
    List<Name> missing(UUID after, int limit) {
        return sql.list(MISSING, GroupNames::name, after, limit);
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
