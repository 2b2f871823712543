package org.muster.queue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Columns;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.queue.Move.Cause;
import org.muster.queue.SignUp.Attendance;
import org.muster.queue.SignUp.State;

/**
 * The sign-ups of activities, in SQL. Writers lock the group and the activity first, and pass the seats as read under
 * that lock.
 *
 * <p>The rules: while anybody waits, new sign-ups wait. Numbers are assigned in order. When seats become free, the
 * head of the queue is admitted as long as it fits, in the same transaction.
 */
public final class Queue {
    /** What {@link #signUp} reads. */
    public static final Columns COLUMNS = Columns.of("""
            user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
            """);

    private static final String FIND = """
            SELECT %s
              FROM sign_up
             WHERE group_id = ? AND activity_id = ? AND user_id = ?
            """.formatted(COLUMNS);

    private static final String POSITION = """
            SELECT count(*) AS position
              FROM sign_up
             WHERE group_id = ? AND activity_id = ? AND state = 'waiting' AND queue_number <= ?
            """;

    private static final String SET = """
            WITH counted AS (
                UPDATE activity
                   SET seats_taken = seats_taken + ?, waiting = waiting + ?, queue_number = queue_number + ?
                 WHERE group_id = ? AND activity_id = ?
                RETURNING group_id, activity_id, queue_number
            ), signed AS (
                INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
                SELECT group_id, activity_id, ?, ?, ?, COALESCE(?::bigint, queue_number), ?
                  FROM counted
                    ON CONFLICT (group_id, activity_id, user_id) DO UPDATE
                   SET state = EXCLUDED.state, seats = EXCLUDED.seats, queue_number = EXCLUDED.queue_number,
                       made_by = EXCLUDED.made_by, updated_at = now()
                RETURNING %1$s, group_id, activity_id
            ), logged AS (
                INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause,
                       reason, made_by)
                SELECT group_id, activity_id, user_id, ?, state, seats, queue_number, ?, ?, made_by
                  FROM signed
            )
            SELECT %1$s
              FROM signed
            """.formatted(COLUMNS);

    private static final String ADMIT = """
            WITH place AS (
                SELECT activity.group_id, activity.activity_id, capacity - seats_taken AS free
                  FROM activity
                  JOIN unnest(?::uuid[], ?::uuid[]) AS wanted (group_id, activity_id) USING (group_id, activity_id)
                 WHERE waiting > 0 AND state = 'published' AND starts_at > now()
            ), line AS (
                SELECT group_id, activity_id, user_id, free,
                       sum(seats) OVER (PARTITION BY group_id, activity_id ORDER BY queue_number) AS needed
                  FROM sign_up
                  JOIN place USING (group_id, activity_id)
                 WHERE state = 'waiting'
            ), admitted AS (
                UPDATE sign_up
                   SET state = 'confirmed', updated_at = now()
                  FROM line
                 WHERE (free IS NULL OR needed <= free)
                   AND sign_up.group_id = line.group_id AND sign_up.activity_id = line.activity_id
                   AND sign_up.user_id = line.user_id
                RETURNING sign_up.group_id, sign_up.activity_id, sign_up.user_id, seats, queue_number
            ), counted AS (
                UPDATE activity
                   SET seats_taken = seats_taken + seats, waiting = waiting - people
                  FROM (SELECT group_id, activity_id, sum(seats) AS seats, count(*) AS people
                          FROM admitted
                         GROUP BY group_id, activity_id) AS admission
                 WHERE activity.group_id = admission.group_id AND activity.activity_id = admission.activity_id
            ), notified AS (
                INSERT INTO notification (user_id, kind, group_id, activity_id)
                SELECT user_id, 'signup.promoted', group_id, activity_id
                  FROM admitted
            )
            INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause)
            SELECT group_id, activity_id, user_id, 'waiting', 'confirmed', seats, queue_number, ?
              FROM admitted
             ORDER BY queue_number
            """;

    private static final String LOCK_UPCOMING_OF_USER = """
            SELECT activity.group_id, activity.activity_id
              FROM sign_up
              JOIN activity USING (group_id, activity_id)
             WHERE sign_up.user_id = ? AND sign_up.group_id = COALESCE(?::uuid, sign_up.group_id)
               AND sign_up.state <> 'cancelled' AND activity.state <> 'cancelled' AND starts_at > now()
             ORDER BY activity.group_id, activity.activity_id
               FOR NO KEY UPDATE OF activity
            """;

    private static final String CANCEL_ALL = """
            WITH was AS (
                SELECT group_id, activity_id, user_id, sign_up.state
                  FROM sign_up
                  JOIN unnest(?::uuid[], ?::uuid[]) AS wanted (group_id, activity_id) USING (group_id, activity_id)
                 WHERE user_id = ?
            ), left_off AS (
                UPDATE sign_up
                   SET state = 'cancelled', made_by = ?, updated_at = now()
                  FROM was
                 WHERE sign_up.group_id = was.group_id AND sign_up.activity_id = was.activity_id
                   AND sign_up.user_id = was.user_id
                RETURNING sign_up.group_id, sign_up.activity_id, sign_up.user_id, was.state AS from_state, seats, queue_number,
                          made_by
            ), counted AS (
                UPDATE activity
                   SET seats_taken = seats_taken - CASE from_state WHEN 'confirmed' THEN seats ELSE 0 END,
                       waiting = waiting - CASE from_state WHEN 'waiting' THEN 1 ELSE 0 END
                  FROM left_off
                 WHERE activity.group_id = left_off.group_id AND activity.activity_id = left_off.activity_id
            )
            INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause, made_by)
            SELECT group_id, activity_id, user_id, from_state, 'cancelled', seats, queue_number, ?, made_by
              FROM left_off
            """;

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

    private static final String ATTEND = """
            UPDATE sign_up
               SET attendance = ?, updated_at = now()
             WHERE group_id = ? AND activity_id = ? AND user_id = ?
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String LOG = """
            SELECT move_number, user_id, from_state, to_state, seats, queue_number, cause, reason, made_by, created_at
              FROM sign_up_move
             WHERE group_id = ? AND activity_id = ? AND move_number > ?
               AND (? OR user_id = ? OR from_state = 'waiting' AND to_state = 'confirmed')
             ORDER BY move_number
             LIMIT ?
            """;

    private final Sql sql;

    public Queue(Sql sql) {
        this.sql = sql;
    }

    /** The primary key of an activity. */
    private record Key(UUID group, UUID activity) {}

    /** The result of signing up. */
    public sealed interface Outcome {
        /** The sign-up was stored. */
        record Signed(SignUp signUp, boolean isNew) implements Outcome {}

        /** There are not enough free seats and waiting is not allowed, or the capacity is too small. */
        record Full() implements Outcome {}
    }

    public Optional<SignUp> find(UUID group, UUID activity, UUID user) {
        return sql.optional(FIND, Queue::signUp, group, activity, user);
    }

    /** The position of a sign-up in the queue, from 1; empty unless it waits. */
    public Optional<Integer> position(UUID group, UUID activity, SignUp signUp) {
        return signUp.state() == State.WAITING
                ? sql.optional(POSITION, row -> row.getInt("position"), group, activity, signUp.number())
                : Optional.empty();
    }

    /**
     * The position of a sign-up that was just stored, from 1; empty unless it waits. A new one is the last.
     *
     * @param queue as it was before
     */
    public Optional<Integer> position(ActivityQueue queue, Outcome.Signed signed) {
        return signed.isNew()
                ? Optional.of(queue.seats().waiting() + 1)
                        .filter(any -> signed.signUp().state() == State.WAITING)
                : position(queue.group(), queue.activity(), signed.signUp());
    }

    /**
     * Signs a user up with this number of seats, or changes the number. A user with seats who wants more gets them if
     * they are free and nobody waits. A user who waits and wants more loses the place in the queue.
     *
     * @param actor who asks for it: the user or an organizer
     */
    public Outcome join(ActivityQueue queue, UUID user, int seats, UUID actor) {
        return join(queue, find(queue.group(), queue.activity(), user), user, seats, actor);
    }

    /**
     * Signs a user up as {@link #join(ActivityQueue, UUID, int, UUID)}.
     *
     * @param previous the user's sign-up as it was read under the lock
     */
    public Outcome join(ActivityQueue queue, Optional<SignUp> previous, UUID user, int seats, UUID actor) {
        var active = previous.filter(SignUp::active);
        if (active.isEmpty()) {
            return enter(queue, previous, user, seats, actor);
        }
        var signUp = active.get();
        var more = seats - signUp.seats();
        if (more == 0) {
            return new Outcome.Signed(signUp, false);
        }
        var waits = signUp.state() == State.WAITING;
        var room = waits ? queue.waitlist() && queue.seats().hold(seats) : queue.hasRoom(more);
        if (more > 0 && !room) {
            return new Outcome.Full();
        }
        var keepsPlace = !waits || more < 0;
        var changed =
                set(queue, previous, new Change(user, signUp.state(), seats, keepsPlace, Cause.GUESTS, "", actor));
        if (queue.seats().waiting() == 0) {
            return new Outcome.Signed(changed, false);
        }
        admit(queue.group(), queue.activity(), Cause.SEAT_FREED);
        return new Outcome.Signed(find(queue.group(), queue.activity(), user).orElseThrow(), false);
    }

    private Outcome enter(ActivityQueue queue, Optional<SignUp> previous, UUID user, int seats, UUID actor) {
        if (!queue.admits(seats)) {
            return new Outcome.Full();
        }
        var state = queue.hasRoom(seats) ? State.CONFIRMED : State.WAITING;
        return new Outcome.Signed(
                set(queue, previous, new Change(user, state, seats, false, Cause.JOINED, "", actor)), true);
    }

    /** Cancels a sign-up and admits whoever is next; does nothing if it is cancelled already. */
    public void leave(ActivityQueue queue, SignUp signUp, UUID actor, String reason) {
        if (signUp.active()) {
            set(queue, Optional.of(signUp), Change.of(signUp, State.CANCELLED, Cause.LEFT, reason, actor));
            if (queue.seats().waiting() > 0) {
                admit(queue.group(), queue.activity(), Cause.SEAT_FREED);
            }
        }
    }

    /** Confirms a sign-up that waits, out of turn. */
    public Outcome promote(ActivityQueue queue, SignUp signUp, UUID actor, String reason) {
        if (!queue.seats().fit(signUp.seats())) {
            return new Outcome.Full();
        }
        var promotion = Change.of(signUp, State.CONFIRMED, Cause.PROMOTED, reason, actor);
        return new Outcome.Signed(set(queue, Optional.of(signUp), promotion), false);
    }

    /** Admits the head of the queue as long as it fits into the free seats. */
    public void admit(UUID group, UUID activity, Cause cause) {
        admit(group, List.of(activity), cause);
    }

    /** Admits the head of each activity's queue as long as it fits into the free seats. */
    public void admit(UUID group, List<UUID> activities, Cause cause) {
        if (!activities.isEmpty()) {
            admit(activities.stream().map(activity -> new Key(group, activity)).toList(), cause);
        }
    }

    private void admit(List<Key> activities, Cause cause) {
        sql.update(ADMIT, groups(activities), ids(activities), EnumNames.of(cause));
    }

    /**
     * Cancels a user's sign-ups for upcoming activities of one group or of all groups, and admits whoever is next.
     * The groups must be locked; the activities are locked here.
     *
     * @param group null for all groups
     */
    public void cancelAll(UUID group, UUID user, UUID by, Cause cause) {
        var activities = sql.list(LOCK_UPCOMING_OF_USER, Queue::key, user, group);
        if (!activities.isEmpty()) {
            sql.update(CANCEL_ALL, groups(activities), ids(activities), user, by, EnumNames.of(cause));
            admit(activities, Cause.SEAT_FREED);
        }
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
                admit(freed, Cause.SEAT_FREED);
            }
        }
        sql.update(TRANSFER_MADE_BY, to, group, from);
        sql.update(TRANSFER_MOVES, from, to, group);
    }

    /** Sets the attendance; empty if there is no such sign-up. */
    public Optional<SignUp> attend(UUID group, UUID activity, UUID user, Attendance attendance) {
        return sql.optional(ATTEND, Queue::signUp, EnumNames.of(attendance), group, activity, user);
    }

    /**
     * The changes of the queue, in order.
     *
     * @param everybody whether to return all changes, or only this user's and admissions from the queue
     */
    public List<Move> log(UUID group, UUID activity, boolean everybody, UUID user, Optional<Long> after, int limit) {
        return sql.list(LOG, Queue::move, group, activity, after.orElse(0L), everybody, user, limit);
    }

    /**
     * What a sign-up becomes.
     *
     * @param keepsPlace whether it keeps its place in the order of coming; it gets the last one otherwise
     * @param reason in an organizer's words; may be empty
     */
    private record Change(
            UUID user, State state, int seats, boolean keepsPlace, Cause cause, String reason, UUID actor) {
        /** Changes nothing but the state. */
        static Change of(SignUp signUp, State state, Cause cause, String reason, UUID actor) {
            return new Change(signUp.user(), state, signUp.seats(), true, cause, reason, actor);
        }
    }

    /** Stores the sign-up, counts the activity's seats and records the move. */
    private SignUp set(ActivityQueue queue, Optional<SignUp> previous, Change change) {
        var number =
                previous.filter(any -> change.keepsPlace).map(SignUp::number).orElse(null);
        return sql.optional(
                        SET,
                        Queue::signUp,
                        new Parameters()
                                .set("seats_taken", taken(change.state, change.seats) - taken(previous))
                                .set("waiting", waiting(change.state) - waiting(previous))
                                .set("activity.queue_number", number == null ? 1 : 0)
                                .set("group_id", queue.group())
                                .set("activity_id", queue.activity())
                                .set("user_id", change.user)
                                .set("state", EnumNames.of(change.state))
                                .set("seats", change.seats)
                                .set("sign_up.queue_number", number)
                                .set("made_by", change.actor)
                                .set(
                                        "from_state",
                                        previous.map(SignUp::state)
                                                .map(EnumNames::of)
                                                .orElse(null))
                                .set("cause", EnumNames.of(change.cause))
                                .set("reason", change.reason)
                                .values())
                .orElseThrow();
    }

    private static int taken(State state, int seats) {
        return state == State.CONFIRMED ? seats : 0;
    }

    private static int taken(Optional<SignUp> signUp) {
        return signUp.map(any -> taken(any.state(), any.seats())).orElse(0);
    }

    private static int waiting(State state) {
        return state == State.WAITING ? 1 : 0;
    }

    private static int waiting(Optional<SignUp> signUp) {
        return signUp.map(any -> waiting(any.state())).orElse(0);
    }

    private static String[] groups(List<Key> activities) {
        return activities.stream().map(key -> key.group().toString()).toArray(String[]::new);
    }

    private static String[] ids(List<Key> activities) {
        return activities.stream().map(key -> key.activity().toString()).toArray(String[]::new);
    }

    /** A sign-up from columns named as in {@code sign_up}. */
    public static SignUp signUp(ResultSet row) throws SQLException {
        return signUp(row, "");
    }

    /** A sign-up from columns named as in {@code sign_up}, with a prefix. */
    public static SignUp signUp(ResultSet row, String prefix) throws SQLException {
        return new SignUp(
                row.getObject(prefix + "user_id", UUID.class),
                EnumNames.constant(State.class, row.getString(prefix + "state")),
                row.getInt(prefix + "seats"),
                row.getLong(prefix + "queue_number"),
                EnumNames.constant(Attendance.class, row.getString(prefix + "attendance")),
                row.getObject(prefix + "made_by", UUID.class),
                row.getObject(prefix + "created_at", OffsetDateTime.class).toInstant(),
                row.getObject(prefix + "updated_at", OffsetDateTime.class).toInstant());
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(row.getObject("group_id", UUID.class), row.getObject("activity_id", UUID.class));
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
