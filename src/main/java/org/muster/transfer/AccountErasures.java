package org.muster.transfer;

import java.util.List;
import java.util.UUID;
import org.muster.database.Sql;

/** The data of accounts to erase, in SQL. */
final class AccountErasures {
    private static final String LOCK_GROUPS = """
            SELECT locked.group_id
              FROM (SELECT group_id FROM membership WHERE user_id = ?
                     UNION
                    SELECT group_id FROM sign_up WHERE user_id = ? AND state <> 'cancelled'
                     UNION
                    SELECT group_id FROM invitation WHERE created_by = ? AND revoked_at IS NULL
                     ORDER BY group_id) AS theirs
             CROSS JOIN LATERAL (SELECT group_id
                                   FROM user_group
                                  WHERE user_group.group_id = theirs.group_id
                                    FOR NO KEY UPDATE) AS locked
            """;

    private static final String SOLELY_OWNED = """
            SELECT group_id
              FROM membership
              JOIN user_group USING (group_id)
             WHERE user_id = ? AND role = 'owner' AND user_group.state = 'active'
               AND NOT EXISTS (SELECT
                                 FROM membership AS other
                                 JOIN user_account ON user_account.user_id = other.user_id
                                WHERE other.group_id = membership.group_id AND other.role = 'owner'
                                  AND other.user_id <> membership.user_id AND placeholder_of IS NULL)
             ORDER BY group_id
            """;

    private static final String FORGET = """
            WITH person AS (
                SELECT ?::uuid AS person_id
            ), left_groups AS (
                DELETE FROM membership USING person WHERE user_id = person_id
                RETURNING group_id
            ), recorded AS (
                INSERT INTO audit (group_id, actor_id, action, user_id)
                SELECT group_id, person_id, 'account.erased', person_id FROM left_groups, person
            ), signed_out AS (
                DELETE FROM user_session USING person WHERE user_id = person_id
            ), unlinked AS (
                DELETE FROM provider_identity USING person WHERE user_id = person_id
            ), abandoned AS (
                DELETE FROM provider_sign_in USING person WHERE user_id = person_id
            ), spent AS (
                DELETE FROM account_token USING person WHERE user_id = person_id
            ), unknown AS (
                DELETE FROM known_network USING person WHERE user_id = person_id
            ), without_second_factor AS (
                DELETE FROM second_factor USING person WHERE user_id = person_id
            ), closed AS (
                DELETE FROM calendar_token USING person WHERE user_id = person_id
            ), answered AS (
                DELETE FROM idempotency_key USING person WHERE user_id = person_id
            ), untold AS (
                DELETE FROM notification USING person WHERE user_id = person_id
            )
            UPDATE invitation
               SET revoked_at = now()
              FROM person
             WHERE created_by = person_id AND revoked_at IS NULL
            """;

    private final Sql sql;

    AccountErasures(Sql sql) {
        this.sql = sql;
    }

    /** Locks all groups that refer to the user until the transaction ends, in the order of their ids. */
    void lockGroups(UUID user) {
        sql.list(LOCK_GROUPS, row -> row.getObject("group_id", UUID.class), user, user, user);
    }

    /** The active groups of which the user is the only owner who can sign in. */
    List<UUID> solelyOwned(UUID user) {
        return sql.list(SOLELY_OWNED, row -> row.getObject("group_id", UUID.class), user);
    }

    /** Deletes the user's memberships, sessions, tokens and notifications, and revokes the user's invitations. */
    void forget(UUID user) {
        sql.update(FORGET, user);
    }
}
