package org.muster.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.database.TestPool;
import org.muster.groups.GroupNames.Name;

class GroupNamesTest {
    private final Sql sql = TestPool.shared().sql();
    private final GroupNames names = new GroupNames(sql);
    private final UUID group = Ids.next();

    @Test
    void termsOfThePreviousReleaseAreMadeAnew() {
        sql.update("""
                INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
                VALUES (?, 'كتاب', ?, '', 'UTC', 'open', 'public')
                """, group, group.toString());
        store("كتاب");

        assertThat(madeAnew("كتاب")).containsExactly("کتاب");
        assertThat(outdated()).isEmpty();
        sql.update("UPDATE user_group SET name = 'كلب' WHERE group_id = ?", group);
        store("كلب");
        assertThat(madeAnew("كلب")).containsExactly("کلب");
    }

    /** As the previous release stores a name with its terms. */
    private void store(String name) {
        sql.update(
                "UPDATE group_search SET name = ?, terms = array_to_tsvector(ARRAY[?]) WHERE group_id = ?",
                name,
                name,
                group);
    }

    private List<String> madeAnew(String name) {
        assertThat(outdated()).containsExactly(new Name(group, name));
        names.add(outdated());
        return sql.list(
                "SELECT unnest(tsvector_to_array(terms)) AS term FROM group_search WHERE group_id = ?",
                row -> row.getString("term"),
                group);
    }

    private List<Name> outdated() {
        return names.outdated(Ids.MIN, 1_000_000).stream()
                .filter(name -> name.group().equals(group))
                .toList();
    }
}
