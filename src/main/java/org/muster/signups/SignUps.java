package org.muster.signups;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.queue.Queue;
import org.muster.queue.SignUp;

/** The sign-ups of activities, in SQL. */
final class SignUps {
    private static final String LIST = """
            SELECT %s, display_name,
                   CASE state WHEN 'waiting' THEN (SELECT count(*)
                                                     FROM sign_up AS other
                                                    WHERE other.group_id = sign_up.group_id
                                                      AND other.activity_id = sign_up.activity_id
                                                      AND other.state = 'waiting'
                                                      AND other.queue_number <= sign_up.queue_number)
                   END AS position
              FROM sign_up
              JOIN user_account USING (user_id)
             WHERE group_id = ? AND activity_id = ? AND queue_number > ?
               AND state = COALESCE(?::text, state) AND (? OR state <> 'cancelled')
             ORDER BY queue_number
             LIMIT ?
            """.formatted(Queue.COLUMNS.qualified("sign_up"));

    private static final String ALL = """
            SELECT %s, display_name,
                   CASE state WHEN 'waiting' THEN count(*) FILTER (WHERE state = 'waiting') OVER (ORDER BY queue_number)
                   END AS position
              FROM sign_up
              JOIN user_account USING (user_id)
             WHERE group_id = ? AND activity_id = ?
               AND state = COALESCE(?::text, state) AND (? OR state <> 'cancelled')
             ORDER BY queue_number
            """.formatted(Queue.COLUMNS.qualified("sign_up"));

    private final Sql sql;

    SignUps(Sql sql) {
        this.sql = sql;
    }

    /**
     * A sign-up with the user's name.
     *
     * @param position in the queue, counted from 1; absent unless it waits
     */
    record Participant(SignUp signUp, String displayName, Optional<Integer> position) {
        /** The members of {@link #json}, as columns. */
        static final List<String> COLUMNS = List.of(
                "displayName",
                "state",
                "position",
                "seats",
                "guests",
                "attendance",
                "createdAt",
                "updatedAt",
                "userId",
                "madeBy");

        /** As the API shows it. */
        JsonObject json() {
            return JSON.createObjectBuilder(signUp.json(position))
                    .add("displayName", displayName)
                    .build();
        }
    }

    /**
     * The activity's sign-ups, by their number in the queue.
     *
     * @param cancelled whether to include cancelled sign-ups
     */
    List<Participant> list(
            UUID group,
            UUID activity,
            Optional<SignUp.State> state,
            boolean cancelled,
            Optional<Long> after,
            int limit) {
        return sql.list(
                LIST,
                SignUps::participant,
                group,
                activity,
                after.orElse(0L),
                state.map(EnumNames::of).orElse(null),
                cancelled,
                limit);
    }

    /** Passes all of the activity's sign-ups to a consumer, as {@link #list}. In a transaction. */
    void each(
            UUID group,
            UUID activity,
            Optional<SignUp.State> state,
            boolean cancelled,
            Consumer<Participant> consumer) {
        sql.each(
                ALL,
                SignUps::participant,
                consumer,
                group,
                activity,
                state.map(EnumNames::of).orElse(null),
                cancelled);
    }

    private static Participant participant(ResultSet row) throws SQLException {
        return new Participant(Queue.signUp(row), row.getString("display_name"), position(row));
    }

    static Optional<Integer> position(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getObject("position", Long.class)).map(Long::intValue);
    }
}
