package org.muster.queue;

import java.util.UUID;
import org.muster.database.Sql;
import org.muster.queue.Move.Cause;

/** The sign-ups that pass from one user to another, in SQL. */
public final class SignUpTransfers {
    private static final String LOCK_ALL_OF_USER = """
            SELECT activity.group_id, activity.activity_id
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
             WHERE sign_up.group_id = ? AND sign_up.user_id = ?
             ORDER BY activity.activity_id
               FOR NO KEY UPDATE OF activity
            """;

    private static final String DELETE_DUPLICATES = """
            WITH ranked AS (
                SELECT group_id, activity_id, user_id,
                       row_number() OVER (PARTITION BY activity_id
                                          ORDER BY CASE state WHEN 'confirmed' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END,
                                                   queue_number) AS place
                  FROM sign_up
                 WHERE group_id = ? AND user_id IN (?, ?)
            ), dropped AS (
                DELETE FROM sign_up
                 USING ranked
                 WHERE place > 1
                   AND sign_up.group_id = ranked.group_id AND sign_up.activity_id = ranked.activity_id
                   AND sign_up.user_id = ranked.user_id
                RETURNING sign_up.group_id, sign_up.activity_id, state, seats, queue_number
            ), counted AS (
                UPDATE activity
                   SET seats_taken = seats_taken - CASE dropped.state WHEN 'confirmed' THEN seats ELSE 0 END,
                       waiting = waiting - CASE dropped.state WHEN 'waiting' THEN 1 ELSE 0 END
                  FROM dropped
                 WHERE activity.group_id = dropped.group_id AND activity.activity_id = dropped.activity_id
            ), logged AS (
                INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause,
                       made_by)
                SELECT group_id, activity_id, ?, state, 'cancelled', seats, queue_number, 'merged', ?
                  FROM dropped
                 WHERE state <> 'cancelled'
            )
            SELECT group_id, activity_id
              FROM dropped
            """;

    private static final String TRANSFER = """
            WITH given AS (
                DELETE FROM sign_up
                 WHERE group_id = ? AND user_id = ?
                RETURNING group_id, activity_id, state, seats, queue_number, attendance, made_by, created_at
            )
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, attendance, made_by, created_at,
                   updated_at)
            SELECT group_id, activity_id, ?, state, seats, queue_number, attendance, made_by, created_at, now()
              FROM given
            """;

    private static final String TRANSFER_MADE_BY = """
            UPDATE sign_up
               SET made_by = ?
             WHERE group_id = ? AND made_by = ?
            """;

    private static final String TRANSFER_MOVES = """
            UPDATE sign_up_move
               SET user_id = CASE user_id WHEN given.was THEN given.becomes ELSE user_id END,
                   made_by = CASE made_by WHEN given.was THEN given.becomes ELSE made_by END
              FROM (VALUES (?::uuid, ?::uuid)) AS given (was, becomes)
             WHERE group_id = ? AND (user_id = given.was OR made_by = given.was)
            """;

    private final Sql sql;
    private final Queue queue;

    public SignUpTransfers(Sql sql) {
        this.sql = sql;
        queue = new Queue(sql);
    }

    /**
     * Transfers a user's sign-ups in a group, with their history, to another user. If both signed up for an activity,
     * the better of the two sign-ups remains and the other's seats become free. The group must be locked; the
     * activities are locked here.
     */
    public void transfer(UUID group, UUID from, UUID to) {
        if (!sql.list(LOCK_ALL_OF_USER, Queue::key, group, from).isEmpty()) {
            var freed = sql.list(DELETE_DUPLICATES, Queue::key, group, from, to, to, to);
            sql.update(TRANSFER, group, from, to);
            if (!freed.isEmpty()) {
                queue.admit(freed, Cause.SEAT_FREED);
            }
        }
        sql.update(TRANSFER_MADE_BY, to, group, from);
        sql.update(TRANSFER_MOVES, from, to, group);
    }
}
