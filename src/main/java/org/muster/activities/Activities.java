package org.muster.activities;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Columns;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.http.Zone;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue;
import org.muster.queue.Seats;
import org.muster.users.Requester;

/** The activities, in SQL. Writers lock the group first, then the activity. */
public final class Activities {
    /** What {@link #activity} reads. */
    public static final Columns COLUMNS = Columns.of("""
            group_id, activity_id, title, description, place, online_url, starts_local, zone, duration_minutes, all_day,
            capacity, guests_allowed, waitlist, signup_opens_at, signup_closes_at, visibility, seats_taken,
            waiting, starts_at, published_at, state, series_id, occurs_on, overridden, version, sequence,
            created_at, updated_at
            """);

    /** How many activities of a group may start later than 366 days ago. */
    private static final int MAX_OF_GROUP = 100_000;

    private static final String CREATE = """
            INSERT INTO activity (title, description, place, online_url, starts_local, zone, duration_minutes, capacity,
                   guests_allowed, waitlist, visibility, all_day, signup_opens_at, signup_closes_at, starts_at, tzdb_version,
                   group_id, activity_id)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?::integer, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?, ?, ?, ?
             WHERE (SELECT count(*)
                      FROM (SELECT
                              FROM activity
                             WHERE group_id = ? AND starts_at > now() - interval '366 days'
                             LIMIT %1$d) AS counted) < %1$d
            RETURNING %2$s
            """.formatted(MAX_OF_GROUP, COLUMNS);

    private static final String COUNT = """
            SELECT count(*) AS activities
              FROM activity
             WHERE group_id = ? AND starts_at > now() - interval '366 days'
            """;

    private static final String FIND = """
            SELECT %s
              FROM activity
             WHERE group_id = ? AND activity_id = ?
            """.formatted(COLUMNS);

    private static final String LOCK = """
            SELECT %s
              FROM activity
             WHERE group_id = ? AND activity_id = ?
               FOR NO KEY UPDATE
            """.formatted(COLUMNS);

    private static final String LOCK_FOR_SIGN_UP = """
            SELECT %s
              FROM user_group
              JOIN activity USING (group_id)
             WHERE group_id = ? AND activity_id = ?
               FOR SHARE OF user_group
               FOR NO KEY UPDATE OF activity
            """.formatted(COLUMNS.qualified("activity"));

    private static final String ACCESS =
            """
            SELECT access.*, %s, %s,
                   CASE own.state WHEN 'waiting' THEN (SELECT count(*)::integer
                                                         FROM sign_up
                                                        WHERE group_id = own.group_id AND activity_id = own.activity_id
                                                          AND state = 'waiting' AND queue_number <= own.queue_number) END
                       AS own_position
              FROM group_access(?, ?) AS access
              LEFT JOIN activity ON activity.group_id = group_group_id AND activity.activity_id = ?
              LEFT JOIN sign_up AS own
                ON own.group_id = activity.group_id AND own.activity_id = activity.activity_id AND own.user_id = caller_id
            """.formatted(COLUMNS.qualified("activity"), Queue.COLUMNS.prefixed("own", "own_"));

    private static final String LOCK_FOR_SIGN_UP_OF_REQUESTER = """
            SELECT activity.activity_id
              FROM live_session AS caller
             CROSS JOIN user_group
              JOIN activity USING (group_id)
             WHERE caller.token_hash = ? AND user_group.group_id = ? AND activity.activity_id = ?
               FOR SHARE OF user_group
               FOR NO KEY UPDATE OF activity
            """;

    /** What the caller may do, in a row without an activity; then the activities. */
    private static final String LIST = """
            SELECT *
              FROM (WITH access AS MATERIALIZED (SELECT * FROM group_access(?, ?))
                    SELECT access.*, %s
                      FROM access
                      LEFT JOIN activity ON false
                     UNION ALL
                    SELECT no_access.*, found.*
                      FROM access
                     CROSS JOIN LATERAL (SELECT %s
                                           FROM activity
                                          WHERE group_id = group_group_id
                                            AND (starts_at, activity_id) > (?, ?)
                                            AND starts_at >= ? AND starts_at < ?
                                            AND (?::text IS NULL OR state = ?)
                                            AND (visibility = 'public' OR member_state = 'active')
                                            AND (published_at IS NOT NULL
                                                 OR member_state = 'active' AND member_role IN ('owner', 'organizer'))
                                          ORDER BY starts_at, activity_id
                                          LIMIT ?) AS found
                      LEFT JOIN access AS no_access ON false) AS listed
             ORDER BY starts_at NULLS FIRST, activity_id
            """.formatted(COLUMNS.qualified("activity"), COLUMNS);

    private static final String CHANGE = """
            UPDATE activity
               SET title = ?, description = ?, place = ?, online_url = ?, starts_local = ?, zone = ?, duration_minutes = ?,
                   capacity = ?::integer, guests_allowed = ?, waitlist = ?, visibility = ?, all_day = ?,
                   signup_opens_at = ?::timestamptz, signup_closes_at = ?::timestamptz,
                   starts_at = COALESCE(?::timestamptz, starts_at), tzdb_version = COALESCE(?::text, tzdb_version),
                   overridden = series_id IS NOT NULL, version = version + 1, sequence = sequence + ?, updated_at = now()
             WHERE group_id = ? AND activity_id = ? AND version = ? AND state <> 'cancelled'
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String PUBLISH = """
            UPDATE activity
               SET state = 'published', published_at = now(), version = version + 1, sequence = sequence + 1, updated_at = now()
             WHERE group_id = ? AND activity_id = ? AND state = 'draft'
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String CANCEL = """
            UPDATE activity
               SET state = 'cancelled', version = version + 1, sequence = sequence + 1, updated_at = now()
             WHERE group_id = ? AND activity_id = ? AND state <> 'cancelled'
            RETURNING %s
            """.formatted(COLUMNS);

    /** No activity starts before this instant. */
    public static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
    /** All activities start before this instant. */
    public static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    private final Sql sql;

    public Activities(Sql sql) {
        this.sql = sql;
    }

    /** The sort key of an activity: its start, then its id. */
    public record Key(Instant startsAt, UUID id) {
        /** Sorts before all activities. */
        public static final Key FIRST_KEY = new Key(FIRST, new UUID(0, 0));

        public static Key of(Activity activity) {
            return new Key(activity.startsAt(), activity.id());
        }

        /** @throws RuntimeException of any kind if the text is not a key */
        public static Key parse(String text) {
            var separator = text.indexOf('/');
            var startsAt = Instant.parse(text.substring(0, separator));
            if (startsAt.isBefore(FIRST) || startsAt.isAfter(LAST)) {
                throw new IllegalArgumentException("no activity starts then");
            }
            return new Key(startsAt, UUID.fromString(text.substring(separator + 1)));
        }

        @Override
        public String toString() {
            return startsAt + "/" + id;
        }
    }

    /**
     * A filter of a list of activities.
     *
     * @param from activities that start at this instant or later
     * @param to activities that start before this instant
     */
    record Filter(Optional<Instant> from, Optional<Instant> to, Optional<ActivityState> state) {}

    /**
     * Creates an activity, as a draft.
     *
     * @throws Problem 409 if the group has too many
     */
    Activity create(UUID group, Activity.Plan plan) {
        var schedule = plan.schedule();
        return sql.optional(
                        CREATE,
                        Activities::activity,
                        columns(plan)
                                .and(signUpWindow(plan))
                                .set("starts_at", utc(schedule.startsAt()))
                                .set("tzdb_version", Schedule.tzdbVersion())
                                .set("group_id", group)
                                .set("activity_id", Ids.next())
                                .set("group_id", group)
                                .values())
                .orElseThrow(Activities::tooMany);
    }

    /** @throws Problem 409 if the group has as many activities as it may have */
    void requireRoom(UUID group) {
        if (sql.optional(COUNT, row -> row.getInt("activities"), group).orElseThrow() >= MAX_OF_GROUP) {
            throw tooMany();
        }
    }

    private static Problem tooMany() {
        return Problem.of(
                ProblemType.TOO_MANY_ACTIVITIES,
                String.format(
                        Locale.ENGLISH,
                        "A group can have at most %,d activities that start later than a year ago.",
                        MAX_OF_GROUP));
    }

    public Optional<Activity> find(UUID group, UUID activity) {
        return sql.optional(FIND, Activities::activity, group, activity);
    }

    /**
     * What the activity allows whoever makes the request, and who that is.
     *
     * @throws org.muster.problems.Problem 401 or 403 as {@link Requester#identifying}; 404 if there is no such group
     */
    public ActivityAccess access(UUID group, UUID activity, Requester requester) {
        return sql.optional(ACCESS, requester.identifying(Activities::access), requester.tokenHash(), group, activity)
                .orElseThrow();
    }

    private static ActivityAccess access(ResultSet row) throws SQLException {
        return new ActivityAccess(
                Groups.requestedAccess(row),
                row.getObject("activity_id") == null ? Optional.empty() : Optional.of(activity(row)),
                row.getObject("own_user_id") == null ? Optional.empty() : Optional.of(Queue.signUp(row, "own_")),
                Optional.ofNullable(row.getObject("own_position", Integer.class)));
    }

    /**
     * Locks the activity, and its group with it, as {@link #lockForSignUp(UUID, UUID)}, if whoever makes the request is signed in: nobody
     * else can make others wait.
     */
    public boolean lockForSignUp(UUID group, UUID activity, Requester requester) {
        return sql.optional(
                        LOCK_FOR_SIGN_UP_OF_REQUESTER,
                        row -> row.getObject("activity_id"),
                        requester.tokenHash(),
                        group,
                        activity)
                .isPresent();
    }

    /** The activity, locked until the transaction ends. */
    Optional<Activity> lock(UUID group, UUID activity) {
        return sql.optional(LOCK, Activities::activity, group, activity);
    }

    /**
     * The activity and its group, locked until the transaction ends. The lock of the group is shared: it holds off
     * changes of the group and its members, but not sign-ups for its other activities.
     */
    public Optional<Activity> lockForSignUp(UUID group, UUID activity) {
        return sql.optional(LOCK_FOR_SIGN_UP, Activities::activity, group, activity);
    }

    /**
     * The group's activities that whoever makes the request may see, by their start: organizers see all, members the published ones,
     * others the published ones that are public.
     *
     * @throws org.muster.problems.Problem 401 or 403 as {@link Requester#identifying}; 404 if they may not see the group
     */
    List<Activity> list(UUID group, Requester requester, Filter filter, Optional<Key> after, int limit) {
        var access = requester.identifying(Groups::requestedAccess);
        var last = after.orElse(Key.FIRST_KEY);
        var state = filter.state().map(EnumNames::of).orElse(null);
        return sql
                .list(
                        LIST,
                        row -> row.getObject("activity_id") == null
                                ? visible(access.map(row))
                                : Optional.of(activity(row)),
                        new Parameters()
                                .set("token_hash", requester.tokenHash())
                                .set("group_id", group)
                                .set("starts_at", utc(last.startsAt()))
                                .set("activity_id", last.id())
                                .set("starts_at", utc(filter.from().orElse(FIRST)))
                                .set("starts_at", utc(filter.to().orElse(LAST)))
                                .set("state", state)
                                .set("state", state)
                                .set("limit", limit)
                                .values())
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Activity> visible(GroupAccess access) {
        access.requireVisible();
        return Optional.empty();
    }

    /**
     * Changes the activity, and marks an occurrence of a series as overridden; empty if the activity is at another
     * version or cancelled.
     */
    Optional<Activity> change(Activity activity, Activity.Plan plan) {
        var schedule = plan.schedule();
        // Without a change of the schedule the start stays, even if the rules of its time zone have changed.
        var moved = !schedule.equals(activity.plan().schedule());
        return sql.optional(
                CHANGE,
                Activities::activity,
                columns(plan)
                        .and(signUpWindow(plan))
                        .set("starts_at", moved ? utc(schedule.startsAt()) : null)
                        .set("tzdb_version", moved ? Schedule.tzdbVersion() : null)
                        .set("sequence", plan.movedFrom(activity.plan()) ? 1 : 0)
                        .set("group_id", activity.group())
                        .set("activity_id", activity.id())
                        .set("version", activity.version())
                        .values());
    }

    /** Publishes the activity; empty if it is not a draft. */
    Optional<Activity> publish(UUID group, UUID activity) {
        return sql.optional(PUBLISH, Activities::activity, group, activity);
    }

    /** Cancels the activity; empty if it is cancelled already. */
    Optional<Activity> cancel(UUID group, UUID activity) {
        return sql.optional(CANCEL, Activities::activity, group, activity);
    }

    /** The columns that an activity and a series have for a plan, in this order. */
    static Parameters columns(Activity.Plan plan) {
        return new Parameters()
                .set("title", plan.title())
                .set("description", plan.description())
                .set("place", plan.place())
                .set("online_url", plan.onlineUrl())
                .set("starts_local", plan.schedule().startsLocal())
                .set("zone", plan.schedule().zone().id())
                .set("duration_minutes", (int) plan.schedule().duration().toMinutes())
                .set("capacity", plan.capacity().orElse(null))
                .set("guests_allowed", plan.guestsAllowed())
                .set("waitlist", plan.waitlist())
                .set("visibility", EnumNames.of(plan.visibility()))
                .set("all_day", plan.schedule().allDay());
    }

    private static Parameters signUpWindow(Activity.Plan plan) {
        return new Parameters()
                .set(
                        "signup_opens_at",
                        plan.signupOpensAt().map(Activities::utc).orElse(null))
                .set(
                        "signup_closes_at",
                        plan.signupClosesAt().map(Activities::utc).orElse(null));
    }

    /** The instant as JDBC binds it. */
    public static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** Reads an activity from the columns of its table. */
    public static Activity activity(ResultSet row) throws SQLException {
        var startsLocal = row.getObject("starts_local", LocalDateTime.class);
        var startsAt = instant(row, "starts_at").orElseThrow();
        return new Activity(
                row.getObject("group_id", UUID.class),
                row.getObject("activity_id", UUID.class),
                new Activity.Plan(
                        row.getString("title"),
                        row.getString("description"),
                        row.getString("place"),
                        row.getString("online_url"),
                        new Schedule(
                                startsLocal,
                                zone(row.getString("zone"), startsLocal, startsAt),
                                Duration.ofMinutes(row.getInt("duration_minutes")),
                                row.getBoolean("all_day")),
                        Optional.ofNullable(row.getObject("capacity", Integer.class)),
                        row.getInt("guests_allowed"),
                        row.getBoolean("waitlist"),
                        instant(row, "signup_opens_at"),
                        instant(row, "signup_closes_at"),
                        EnumNames.constant(Audience.class, row.getString("visibility"))),
                new Seats(
                        Optional.ofNullable(row.getObject("capacity", Integer.class)),
                        row.getInt("seats_taken"),
                        row.getInt("waiting")),
                startsAt,
                instant(row, "published_at").isPresent(),
                EnumNames.constant(ActivityState.class, row.getString("state")),
                occurrence(row),
                row.getInt("version"),
                row.getInt("sequence"),
                instant(row, "created_at").orElseThrow(),
                instant(row, "updated_at").orElseThrow());
    }

    /** If this JVM does not know the zone, its offset is that with which the start was computed. */
    private static Zone zone(String id, LocalDateTime startsLocal, Instant startsAt) {
        var offset = startsLocal.toEpochSecond(ZoneOffset.UTC) - startsAt.getEpochSecond();
        var possible = Math.abs(offset) <= ZoneOffset.MAX.getTotalSeconds();
        return Zone.stored(id, possible ? ZoneOffset.ofTotalSeconds((int) offset) : ZoneOffset.UTC);
    }

    private static Optional<Activity.Occurrence> occurrence(ResultSet row) throws SQLException {
        var series = row.getObject("series_id", UUID.class);
        return series == null
                ? Optional.empty()
                : Optional.of(new Activity.Occurrence(
                        series, row.getObject("occurs_on", LocalDate.class), row.getBoolean("overridden")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
