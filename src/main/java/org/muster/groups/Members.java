package org.muster.groups;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.muster.database.Columns;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.users.Requester;

/** The members of groups, in SQL. Writers lock the group first. */
public final class Members {
    private static final Columns COLUMNS = Columns.of("user_id, role, state, created_at");

    private static final String LIST = """
            SELECT %s, display_name
              FROM membership
              JOIN user_account ON user_account.user_id = membership.user_id
             WHERE membership.group_id = ?
               AND membership.state = ?
               AND (?::text IS NULL OR membership.role = ?)
               AND membership.user_id > ?
             ORDER BY membership.user_id
             LIMIT ?::bigint
            """.formatted(COLUMNS.qualified("membership"));

    private static final String FIND = """
            SELECT %s, display_name
              FROM membership
              JOIN user_account ON user_account.user_id = membership.user_id
             WHERE membership.group_id = ? AND membership.user_id = ?
            """.formatted(COLUMNS.qualified("membership"));

    private static final String OWN = """
            SELECT *, caller_id AS user_id, caller_name AS display_name, member_role AS role, member_state AS state,
                   member_since AS created_at
              FROM group_access(?, ?)
            """;

    private static final String ADD = """
            INSERT INTO membership (group_id, user_id, role, state)
            VALUES (?, ?, 'member', ?)
                ON CONFLICT (group_id, user_id) DO NOTHING
            """;

    private static final String BAN_STRANGER = """
            INSERT INTO membership (group_id, user_id, role, state)
            SELECT ?, user_id, 'member', 'banned'
              FROM user_account
             WHERE user_id = ? AND erased_at IS NULL AND placeholder_of IS NULL
            """;

    private static final String ADMIT = """
            INSERT INTO membership (group_id, user_id, role, state)
            VALUES (?, ?, ?, 'active')
                ON CONFLICT (group_id, user_id) DO UPDATE
               SET role = EXCLUDED.role, state = EXCLUDED.state
            """;

    private static final String TRANSFER = """
            WITH given AS (
                DELETE FROM membership
                 WHERE group_id = ? AND user_id = ?
                RETURNING group_id, created_at
            )
            INSERT INTO membership (group_id, user_id, role, state, created_at)
            SELECT group_id, ?, ?, 'active', created_at
              FROM given
                ON CONFLICT (group_id, user_id) DO UPDATE
               SET role = EXCLUDED.role, state = EXCLUDED.state,
                   created_at = LEAST(membership.created_at, EXCLUDED.created_at)
            """;

    private static final String CHANGE = """
            UPDATE membership
               SET role = ?, state = ?
             WHERE group_id = ? AND user_id = ?
            """;

    private static final String REMOVE = """
            DELETE FROM membership
             WHERE group_id = ? AND user_id = ?
            """;

    private static final String OTHER_OWNER = """
            SELECT user_id
              FROM membership
              JOIN user_account USING (user_id)
             WHERE group_id = ? AND role = 'owner' AND user_id <> ? AND placeholder_of IS NULL
             LIMIT 1
            """;

    private final Sql sql;

    public Members(Sql sql) {
        this.sql = sql;
    }

    /** The memberships in this state, and with this role if it is given, by user id. */
    List<Member> list(UUID group, MemberState state, Optional<Role> role, Optional<UUID> after, int limit) {
        var wanted = role.map(EnumNames::of).orElse(null);
        return sql.list(
                LIST, Members::member, group, EnumNames.of(state), wanted, wanted, after.orElse(Ids.MIN), limit);
    }

    /** Passes all memberships in this state, and with this role if it is given, to a consumer, by user id. In a transaction. */
    void each(UUID group, MemberState state, Optional<Role> role, Consumer<Member> consumer) {
        var wanted = role.map(EnumNames::of).orElse(null);
        sql.each(LIST, Members::member, consumer, group, EnumNames.of(state), wanted, wanted, Ids.MIN, null);
    }

    Optional<Member> find(UUID group, UUID user) {
        return sql.optional(FIND, Members::member, group, user);
    }

    /**
     * What a group allows whoever makes the request, and their membership.
     *
     * @param member absent if they have nothing to do with the group
     */
    record Own(GroupAccess access, Optional<Member> member) {}

    /**
     * What the group allows whoever makes the request, who they are, and their membership.
     *
     * @throws org.muster.problems.Problem 401 or 403 as {@link Requester#identifying}; 404 if there is no such group
     */
    Own own(UUID group, Requester requester) {
        return sql.optional(OWN, requester.identifying(Members::own), requester.tokenHash(), group)
                .orElseThrow();
    }

    private static Own own(ResultSet row) throws SQLException {
        return new Own(
                Groups.requestedAccess(row),
                row.getObject("role") == null ? Optional.empty() : Optional.of(member(row)));
    }

    /** Adds a membership with the role member; does nothing if the user has one, in any state. */
    void add(UUID group, UUID user, MemberState state) {
        sql.update(ADD, group, user, EnumNames.of(state));
    }

    /** Bans a user who has no membership; false if there is no such account. */
    boolean banStranger(UUID group, UUID user) {
        return sql.update(BAN_STRANGER, group, user) == 1;
    }

    /** Makes the user an active member with this role, regardless of any earlier membership. */
    void admit(UUID group, UUID user, Role role) {
        sql.update(ADMIT, group, user, EnumNames.of(role));
    }

    /** Deletes one user's membership and makes another user an active member with this role. */
    void transfer(UUID group, UUID from, UUID to, Role role) {
        sql.update(TRANSFER, group, from, to, EnumNames.of(role));
    }

    void change(UUID group, UUID user, Role role, MemberState state) {
        sql.update(CHANGE, EnumNames.of(role), EnumNames.of(state), group, user);
    }

    void remove(UUID group, UUID user) {
        sql.update(REMOVE, group, user);
    }

    /** Whether the group has another owner who can sign in. */
    boolean otherOwner(UUID group, UUID user) {
        return sql.optional(OTHER_OWNER, row -> row.getObject("user_id", UUID.class), group, user)
                .isPresent();
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                row.getObject("user_id", UUID.class),
                row.getString("display_name"),
                EnumNames.constant(Role.class, row.getString("role")),
                EnumNames.constant(MemberState.class, row.getString("state")),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
