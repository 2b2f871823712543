package org.muster.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** The audit log of groups, in SQL. It has ids only, so that no name outlives its account. */
public final class Audit {
    private static final String RECORD = """
            INSERT INTO audit (group_id, actor_id, action, user_id, activity_id, reason)
            VALUES (?, ?, ?, ?::uuid, ?::uuid, ?)
            """;

    private static final String LIST = """
            SELECT number, actor_id, action, user_id, activity_id, reason, created_at
              FROM audit
             WHERE group_id = ? AND number < ?
             ORDER BY number DESC
             LIMIT ?
            """;

    private static final String TRANSFER = """
            UPDATE audit
               SET actor_id = CASE actor_id WHEN given.was THEN given.becomes ELSE actor_id END,
                   user_id = CASE user_id WHEN given.was THEN given.becomes ELSE user_id END
              FROM (VALUES (?::uuid, ?::uuid)) AS given (was, becomes)
             WHERE group_id = ? AND (actor_id = given.was OR user_id = given.was)
            """;

    private final Sql sql;

    public Audit(Sql sql) {
        this.sql = sql;
    }

    /**
     * An entry of the audit log.
     *
     * @param action such as {@code member.banned}
     * @param user the user whom it affects
     * @param reason in the actor's words; may be empty
     */
    public record Entry(
            long number,
            UUID actor,
            String action,
            Optional<UUID> user,
            Optional<UUID> activity,
            String reason,
            Instant at) {}

    /** Records an action in its transaction. */
    public void record(UUID group, UUID actor, String action, UUID user, UUID activity, String reason) {
        sql.update(RECORD, group, actor, action, user, activity, reason);
    }

    /** Records an action on the group. */
    public void ofGroup(UUID group, UUID actor, String action) {
        record(group, actor, action, null, null, "");
    }

    /** Records an action on a member. */
    public void ofMember(UUID group, UUID actor, String action, UUID user) {
        record(group, actor, action, user, null, "");
    }

    /** Records an action on an activity. */
    public void ofActivity(UUID group, UUID actor, String action, UUID activity) {
        record(group, actor, action, null, activity, "");
    }

    /** Transfers a user's entries in the group to another user. */
    public void transfer(UUID group, UUID from, UUID to) {
        sql.update(TRANSFER, from, to, group);
    }

    /** The group's entries, the newest first. */
    public List<Entry> list(UUID group, Optional<Long> before, int limit) {
        return sql.list(LIST, Audit::entry, group, before.orElse(Long.MAX_VALUE), limit);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("number"),
                row.getObject("actor_id", UUID.class),
                row.getString("action"),
                Optional.ofNullable(row.getObject("user_id", UUID.class)),
                Optional.ofNullable(row.getObject("activity_id", UUID.class)),
                row.getString("reason"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
