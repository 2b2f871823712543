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

    private static final String MOST_WANTED = """
            SELECT COALESCE(max(seats), 0) AS seats
              FROM sign_up
             WHERE group_id = ? AND activity_id = ANY (?::uuid[]) AND state = 'waiting'
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

    private static final String CANCEL_ALL = cancelling("""
                SELECT group_id, activity_id, user_id, sign_up.state, ?::text AS cause
                  FROM sign_up
                  JOIN unnest(?::uuid[], ?::uuid[]) AS wanted (group_id, activity_id) USING (group_id, activity_id)
                 WHERE user_id = ?
            """);

    /** A stranger's seat in what has become an activity for members stays: only departures after the sign-up count. */
    private static final String CANCEL_LOST = cancelling("""
                SELECT group_id, activity_id, user_id, sign_up.state,
                       CASE WHEN erased_at IS NOT NULL OR departure.action = 'account.erased' THEN 'erased'
                            WHEN membership.state = 'banned' THEN 'banned'
                            WHEN departure.action = 'member.left' THEN 'left_group'
                            ELSE 'removed' END AS cause
                  FROM sign_up
                  JOIN activity USING (group_id, activity_id)
                  JOIN user_account USING (user_id)
                  LEFT JOIN membership USING (group_id, user_id)
                  LEFT JOIN LATERAL (SELECT action
                                       FROM audit
                                      WHERE audit.group_id = sign_up.group_id AND audit.user_id = sign_up.user_id
                                        AND action IN ('member.left', 'member.removed', 'account.erased')
                                        AND created_at > (SELECT max(created_at)
                                                            FROM sign_up_move
                                                           WHERE sign_up_move.group_id = sign_up.group_id
                                                             AND sign_up_move.activity_id = sign_up.activity_id
                                                             AND sign_up_move.user_id = sign_up.user_id
                                                             AND sign_up_move.cause = 'joined')
                                      ORDER BY number DESC
                                      LIMIT 1) AS departure ON true
                 WHERE group_id = ? AND activity_id = ANY (?::uuid[]) AND sign_up.state <> 'cancelled'
                   AND (erased_at IS NOT NULL OR membership.state = 'banned'
                        OR activity.visibility = 'group' AND membership.state IS DISTINCT FROM 'active'
                           AND departure.action IS NOT NULL)
            """);

    private static final String ATTEND = """
            UPDATE sign_up
               SET attendance = ?, updated_at = now()
             WHERE group_id = ? AND activity_id = ? AND user_id = ?
            RETURNING %s
            """.formatted(COLUMNS);

    /** Cancels sign-ups. The query returns their keys, the states that they have, and why they are cancelled. */
    private static String cancelling(String query) {
        return """
                WITH was AS (
                %s), left_off AS (
                    UPDATE sign_up
                       SET state = 'cancelled', made_by = ?, updated_at = now()
                      FROM was
                     WHERE sign_up.group_id = was.group_id AND sign_up.activity_id = was.activity_id
                       AND sign_up.user_id = was.user_id
                    RETURNING sign_up.group_id, sign_up.activity_id, sign_up.user_id, was.state AS from_state, seats, queue_number,
                              cause, made_by
                ), counted AS (
                    UPDATE activity
                       SET seats_taken = seats_taken - seats, waiting = waiting - people
                      FROM (SELECT group_id, activity_id, COALESCE(sum(seats) FILTER (WHERE from_state = 'confirmed'), 0) AS seats,
                                   count(*) FILTER (WHERE from_state = 'waiting') AS people
                              FROM left_off
                             GROUP BY group_id, activity_id) AS freed
                     WHERE activity.group_id = freed.group_id AND activity.activity_id = freed.activity_id
                )
                INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause, made_by)
                SELECT group_id, activity_id, user_id, from_state, 'cancelled', seats, queue_number, cause, made_by
                  FROM left_off
                 ORDER BY queue_number
                """.formatted(query);
    }

    private final Sql sql;

    public Queue(Sql sql) {
        this.sql = sql;
    }

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

    /** The most seats that anybody waits for in these activities; 0 if nobody waits. */
    public int mostWanted(UUID group, List<UUID> activities) {
        if (activities.isEmpty()) {
            return 0;
        }
        var ids = activities.stream().map(UUID::toString).toArray(String[]::new);
        return sql.optional(MOST_WANTED, row -> row.getInt("seats"), group, ids).orElseThrow();
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
        admit(queue.group(), List.of(queue.activity()), Cause.SEAT_FREED);
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
                admit(queue.group(), List.of(queue.activity()), Cause.SEAT_FREED);
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

    /** Admits the head of each activity's queue as long as it fits into the free seats. */
    public void admit(UUID group, List<UUID> activities, Cause cause) {
        if (!activities.isEmpty()) {
            admit(
                    activities.stream()
                            .map(activity -> new ActivityKey(group, activity))
                            .toList(),
                    cause);
        }
    }

    void admit(List<ActivityKey> activities, Cause cause) {
        sql.update(ADMIT, ActivityKey.groups(activities), ActivityKey.ids(activities), EnumNames.of(cause));
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
            sql.update(
                    CANCEL_ALL,
                    EnumNames.of(cause),
                    ActivityKey.groups(activities),
                    ActivityKey.ids(activities),
                    user,
                    by);
            admit(activities, Cause.SEAT_FREED);
        }
    }

    /**
     * Cancels the sign-ups of those who have lost access to these activities since they began: whose account is erased, who
     * are banned, and, of activities for members, who are members no more. Admits nobody. To be called before the
     * activities, which must be locked, are put off.
     */
    public void cancelLost(UUID group, List<UUID> activities, UUID by) {
        if (!activities.isEmpty()) {
            var ids = activities.stream().map(UUID::toString).toArray(String[]::new);
            sql.update(CANCEL_LOST, group, ids, by);
        }
    }

    /** Sets the attendance; empty if there is no such sign-up. */
    public Optional<SignUp> attend(UUID group, UUID activity, UUID user, Attendance attendance) {
        return sql.optional(ATTEND, Queue::signUp, EnumNames.of(attendance), group, activity, user);
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

    /** An activity's key from columns named as in {@code activity}. */
    static ActivityKey key(ResultSet row) throws SQLException {
        return new ActivityKey(row.getObject("group_id", UUID.class), row.getObject("activity_id", UUID.class));
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
}
