package org.muster.groups;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Columns;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.http.Zone;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.users.Requester;

/** The groups, in SQL. */
public final class Groups {
    /** What {@link #group} reads. */
    static final Columns COLUMNS = Columns.of("""
            group_id, name, slug, description, zone, join_policy, visibility, state, version, created_at,
            updated_at
            """);

    private static final String SET_NAME = """
            INSERT INTO group_search (group_id, name, terms, folded_name)
                VALUES (?, ?, array_to_tsvector(string_to_array(?, ' ')), ?)
                    ON CONFLICT (group_id) DO UPDATE
                   SET name = EXCLUDED.name, terms = EXCLUDED.terms, folded_name = EXCLUDED.folded_name\
            """;

    private static final String CREATE = """
            WITH named AS (
                %s
            ), created AS (
                INSERT INTO user_group (name, slug, description, zone, join_policy, visibility, group_id)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                RETURNING %s
            ), owner AS (
                INSERT INTO membership (group_id, user_id, role, state)
                SELECT group_id, ?, 'owner', 'active' FROM created
            )
            SELECT * FROM created
            """.formatted(SET_NAME, COLUMNS);

    private static final String RESTORE = """
            WITH named AS (
                %s
            )
            INSERT INTO user_group (name, slug, description, zone, join_policy, visibility, group_id, state, version, created_at,
                   updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (group_id) DO NOTHING
            RETURNING %s
            """.formatted(SET_NAME, COLUMNS);

    private static final String RENAME = """
            UPDATE user_group
               SET slug = ?
             WHERE group_id = ?
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String LOCK = """
            SELECT group_id
              FROM user_group
             WHERE group_id = ?
               FOR NO KEY UPDATE
            """;

    private static final String ACCESS = """
            SELECT %s, membership.role AS member_role, membership.state AS member_state
              FROM user_group
              LEFT JOIN membership ON membership.group_id = user_group.group_id AND membership.user_id = ?
             WHERE user_group.group_id = ?
            """.formatted(COLUMNS.qualified("user_group"));

    private static final String ACCESS_OF_REQUESTER = """
            SELECT *
              FROM group_access(?, ?)
            """;

    private static final String ACCESS_OF_REQUESTER_BY_SLUG = """
            SELECT *
              FROM group_access(?, (SELECT group_id FROM group_directory WHERE slug = ?))
            """;

    private static final String CHANGE = """
            WITH named AS (
                %s
            )
            UPDATE user_group
               SET name = ?, slug = ?, description = ?, zone = ?, join_policy = ?, visibility = ?,
                   version = version + 1, updated_at = now()
             WHERE group_id = ? AND version = ? AND state = 'active'
            RETURNING %s
            """.formatted(SET_NAME, COLUMNS);

    private static final String ARCHIVE = """
            UPDATE user_group
               SET state = 'archived', version = version + 1, updated_at = now()
             WHERE group_id = ? AND state = 'active'
            RETURNING %s
            """.formatted(COLUMNS);

    private final Sql sql;
    private final Slugs slugs;

    public Groups(Sql sql) {
        this.sql = sql;
        slugs = new Slugs(sql);
    }

    /**
     * Creates a group with this owner. Derives the slug from the name if there is none.
     *
     * @return empty if its slug is taken
     */
    Optional<Group> create(Group.Settings settings, UUID owner) {
        var id = Ids.next();
        return settings.slug().isEmpty()
                ? slugs.takeFree(settings.name(), id).map(slug -> create(id, settings.withSlug(slug), owner))
                : slugs.take(settings.slug(), id).map(slug -> create(id, settings, owner));
    }

    private Group create(UUID id, Group.Settings settings, UUID owner) {
        return sql.optional(
                        CREATE,
                        Groups::group,
                        name(id, settings)
                                .and(columns(settings))
                                .set("group_id", id)
                                .set("user_id", owner)
                                .values())
                .orElseThrow();
    }

    /**
     * Restores an exported group, without members. Uses another slug if the group's slug is taken.
     *
     * @return empty if there is a group with its id
     */
    public Optional<Group> restore(Group group) {
        var settings = group.settings();
        var restored = sql.optional(
                RESTORE,
                Groups::group,
                name(group.id(), settings)
                        .and(columns(settings))
                        .set("group_id", group.id())
                        .set("state", EnumNames.of(group.state()))
                        .set("version", group.version())
                        .set("created_at", group.createdAt().atOffset(ZoneOffset.UTC))
                        .set("updated_at", group.updatedAt().atOffset(ZoneOffset.UTC))
                        .values());
        if (restored.isEmpty() || slugs.take(settings.slug(), group.id()).isPresent()) {
            return restored;
        }
        var slug = slugs.takeFree(settings.slug(), group.id()).orElseThrow();
        return sql.optional(RENAME, Groups::group, slug, group.id());
    }

    /**
     * Locks the group's row until the transaction ends. Every writer does this first, before any read that decides;
     * {@link #access} reads what is locked.
     */
    public void lock(UUID group) {
        sql.optional(LOCK, row -> row.getObject("group_id", UUID.class), group);
    }

    /** The user's access to the group; empty if there is no such group. */
    public Optional<GroupAccess> findAccess(UUID group, UUID user) {
        return sql.optional(ACCESS, Groups::access, user, group);
    }

    /**
     * The user's access to the group.
     *
     * @throws Problem 404 if there is no such group
     */
    public GroupAccess access(UUID group, UUID user) {
        return findAccess(group, user).orElseThrow(Groups::noGroup);
    }

    /**
     * What the group allows whoever makes the request, and who that is.
     *
     * @throws Problem 401 or 403 as {@link Requester#identifying}; 404 if there is no such group
     */
    public GroupAccess access(UUID group, Requester requester) {
        return sql.optional(
                        ACCESS_OF_REQUESTER,
                        requester.identifying(Groups::requestedAccess),
                        requester.tokenHash(),
                        group)
                .orElseThrow();
    }

    /**
     * The same, of the group with this slug.
     *
     * @throws Problem 401 or 403 as {@link Requester#identifying}; 404 if there is no such group
     */
    public GroupAccess access(String slug, Requester requester) {
        return sql.optional(
                        ACCESS_OF_REQUESTER_BY_SLUG,
                        requester.identifying(Groups::requestedAccess),
                        requester.tokenHash(),
                        slug)
                .orElseThrow();
    }

    /** Changes the group; empty if it is at another version or archived. */
    Optional<Group> change(UUID group, int version, Group.Settings settings) {
        return sql.optional(
                CHANGE,
                Groups::group,
                name(group, settings)
                        .and(columns(settings))
                        .set("group_id", group)
                        .set("version", version)
                        .values());
    }

    /** Archives the group; empty if it is archived already. */
    Optional<Group> archive(UUID group) {
        return sql.optional(ARCHIVE, Groups::group, group);
    }

    private static Parameters name(UUID group, Group.Settings settings) {
        return new Parameters()
                .set("group_id", group)
                .set("name", settings.name())
                .set("terms", GroupNames.terms(settings.name()))
                .set("folded_name", settings.name());
    }

    private static Parameters columns(Group.Settings settings) {
        return new Parameters()
                .set("name", settings.name())
                .set("slug", settings.slug())
                .set("description", settings.description())
                .set("zone", settings.zone().id())
                .set("join_policy", EnumNames.of(settings.joinPolicy()))
                .set("visibility", EnumNames.of(settings.visibility()));
    }

    /**
     * What the group of a {@code group_access} allows its caller.
     *
     * @throws Problem 404 if there is no such group
     */
    public static GroupAccess requestedAccess(ResultSet row) throws SQLException {
        if (row.getObject("group_group_id") == null) {
            throw noGroup();
        }
        return access(row, "group_");
    }

    private static Problem noGroup() {
        return Problem.notFound("group");
    }

    static GroupAccess access(ResultSet row) throws SQLException {
        return access(row, "");
    }

    private static GroupAccess access(ResultSet row, String prefix) throws SQLException {
        var state = Optional.ofNullable(row.getString("member_state"))
                .map(name -> EnumNames.constant(MemberState.class, name));
        var role = Optional.ofNullable(row.getString("member_role"))
                .map(name -> EnumNames.constant(Role.class, name))
                .filter(any -> state.equals(Optional.of(MemberState.ACTIVE)));
        return new GroupAccess(group(row, prefix), role, state);
    }

    static Group group(ResultSet row) throws SQLException {
        return group(row, "");
    }

    private static Group group(ResultSet row, String prefix) throws SQLException {
        return new Group(
                row.getObject(prefix + "group_id", UUID.class),
                new Group.Settings(
                        row.getString(prefix + "name"),
                        row.getString(prefix + "slug"),
                        row.getString(prefix + "description"),
                        Zone.stored(row.getString(prefix + "zone"), ZoneOffset.UTC),
                        EnumNames.constant(JoinPolicy.class, row.getString(prefix + "join_policy")),
                        EnumNames.constant(Visibility.class, row.getString(prefix + "visibility"))),
                EnumNames.constant(GroupState.class, row.getString(prefix + "state")),
                row.getInt(prefix + "version"),
                row.getObject(prefix + "created_at", OffsetDateTime.class).toInstant(),
                row.getObject(prefix + "updated_at", OffsetDateTime.class).toInstant());
    }
}
