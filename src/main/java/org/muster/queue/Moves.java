package org.muster.queue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.queue.Move.Cause;
import org.muster.queue.SignUp.State;

/** The log of the sign-ups of activities, in SQL. {@link Queue} and {@link SignUpTransfers} write it. */
public final class Moves {
    private static final String LIST = """
            SELECT move_number, user_id, from_state, to_state, seats, queue_number, cause, reason, made_by, created_at
              FROM sign_up_move
             WHERE group_id = ? AND activity_id = ? AND move_number > ?
               AND (? OR user_id = ? OR from_state = 'waiting' AND to_state = 'confirmed')
             ORDER BY move_number
             LIMIT ?
            """;

    private final Sql sql;

    public Moves(Sql sql) {
        this.sql = sql;
    }

    /**
     * The changes of the sign-ups for an activity, in order.
     *
     * @param everybody whether to return all changes, or only this user's and admissions from the queue
     */
    public List<Move> list(UUID group, UUID activity, boolean everybody, UUID user, Optional<Long> after, int limit) {
        return sql.list(LIST, Moves::move, group, activity, after.orElse(0L), everybody, user, limit);
    }

    private static Move move(ResultSet row) throws SQLException {
        return new Move(
                row.getLong("move_number"),
                row.getObject("user_id", UUID.class),
                Optional.ofNullable(row.getString("from_state")).map(state -> EnumNames.constant(State.class, state)),
                EnumNames.constant(State.class, row.getString("to_state")),
                row.getInt("seats"),
                row.getLong("queue_number"),
                EnumNames.constant(Cause.class, row.getString("cause")),
                row.getString("reason"),
                Optional.ofNullable(row.getObject("made_by", UUID.class)),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
