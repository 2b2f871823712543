package org.muster.activities;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.muster.database.Columns;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.http.Zone;
import org.muster.json.EnumNames;
import org.muster.users.Requester;

/** The series, in SQL. Writers lock the group first, then the series, then its occurrences. */
final class SeriesStore {
    private static final Columns COLUMNS = Columns.of("""
            group_id, series_id, title, description, place, online_url, starts_local, zone, duration_minutes, all_day,
            capacity, guests_allowed, waitlist, visibility, publish, frequency, every, weekdays, nth, month_day, until,
            times, state, made_through, version, created_at, updated_at
            """);

    private static final String CREATE = """
            INSERT INTO activity_series (title, description, place, online_url, starts_local, zone, duration_minutes, capacity,
                   guests_allowed, waitlist, visibility, all_day, publish, frequency, every, weekdays, nth, month_day, until, times, made_through,
                   next_on, group_id, series_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?::integer, ?, ?, ?, ?, ?, ?, ?, ?::text[], ?::integer, ?::integer, ?::date, ?::integer, ?,
                   ?::date, ?, ?)
            """;

    private static final String CHANGE = """
            UPDATE activity_series
               SET title = ?, description = ?, place = ?, online_url = ?, starts_local = ?, zone = ?, duration_minutes = ?,
                   capacity = ?::integer, guests_allowed = ?, waitlist = ?, visibility = ?, all_day = ?, publish = ?, frequency = ?,
                   every = ?, weekdays = ?::text[], nth = ?::integer, month_day = ?::integer, until = ?::date, times = ?::integer,
                   made_through = ?, next_on = ?::date, version = version + 1, updated_at = now()
             WHERE group_id = ? AND series_id = ?
            """;

    private static final String END = """
            UPDATE activity_series
               SET state = 'ended', next_on = NULL, version = version + 1, updated_at = now()
             WHERE group_id = ? AND series_id = ?
            """;

    private static final String FIND = """
            SELECT %s,
                   (SELECT count(*)
                      FROM activity
                     WHERE activity.group_id = activity_series.group_id
                       AND activity.series_id = activity_series.series_id) AS occurrences
              FROM activity_series
             WHERE group_id = ? AND series_id = ?
            """.formatted(COLUMNS);

    private static final String LOCK = FIND + "   FOR NO KEY UPDATE\n";

    private static final String ACCESS = """
            SELECT access.*, %s,
                   (SELECT count(*)
                      FROM activity
                     WHERE activity.group_id = activity_series.group_id
                       AND activity.series_id = activity_series.series_id) AS occurrences
              FROM group_access(?, ?) AS access
              LEFT JOIN activity_series ON activity_series.group_id = group_group_id AND activity_series.series_id = ?
            """.formatted(COLUMNS.qualified("activity_series"));

    private static final String LIST = """
            SELECT %s,
                   (SELECT count(*)
                      FROM activity
                     WHERE activity.group_id = activity_series.group_id
                       AND activity.series_id = activity_series.series_id) AS occurrences
              FROM activity_series
             WHERE group_id = ? AND series_id < ? AND (? OR publish)
             ORDER BY series_id DESC
             LIMIT ?
            """.formatted(COLUMNS);

    private static final String GROUPS_WITH_DUE = """
            SELECT DISTINCT group_id
              FROM activity_series
              JOIN user_group USING (group_id)
             WHERE next_on <= ? AND user_group.state = 'active' AND group_id > ?
             ORDER BY group_id
             LIMIT ?
            """;

    private static final String LOCK_DUE = """
            SELECT %s, 0 AS occurrences
              FROM activity_series
             WHERE group_id = ? AND next_on <= ?
               AND EXISTS (SELECT FROM user_group WHERE user_group.group_id = ? AND state = 'active')
             ORDER BY series_id
               FOR UPDATE SKIP LOCKED
            """.formatted(COLUMNS);

    private static final String ADVANCE = """
            UPDATE activity_series
               SET made_through = due.made_through, next_on = due.next_on, version = version + 1, updated_at = now()
              FROM unnest(?::uuid[], ?::date[], ?::date[]) AS due (series_id, made_through, next_on)
             WHERE activity_series.group_id = ? AND activity_series.series_id = due.series_id
            """;

    private final Sql sql;

    SeriesStore(Sql sql) {
        this.sql = sql;
    }

    /** Creates a series and returns its id. The caller creates the occurrences up to this day. */
    UUID create(UUID group, Series.Template template, LocalDate madeThrough) {
        var id = Ids.next();
        sql.update(CREATE, columns(template, madeThrough, group, id));
        return id;
    }

    /** Changes a series whose occurrences up to this day exist. */
    void change(Series series, Series.Template template, LocalDate madeThrough) {
        sql.update(CHANGE, columns(template, madeThrough, series.group(), series.id()));
    }

    void end(Series series) {
        sql.update(END, series.group(), series.id());
    }

    Optional<Series> find(UUID group, UUID series) {
        return sql.optional(FIND, SeriesStore::series, group, series);
    }

    /**
     * What the group allows whoever makes the request, and the series.
     *
     * @param series absent if there is none
     */
    record Access(GroupAccess group, Optional<Series> series) {}

    /**
     * What the group allows whoever makes the request, who that is, and the series.
     *
     * @throws org.muster.problems.Problem 401 or 403 as {@link Requester#identifying}; 404 if there is no such group
     */
    Access access(UUID group, UUID series, Requester requester) {
        return sql.optional(ACCESS, requester.identifying(SeriesStore::access), requester.tokenHash(), group, series)
                .orElseThrow();
    }

    private static Access access(ResultSet row) throws SQLException {
        return new Access(
                Groups.requestedAccess(row),
                row.getObject("series_id") == null ? Optional.empty() : Optional.of(series(row)));
    }

    /** The series, locked until the transaction ends. */
    Optional<Series> lock(UUID group, UUID series) {
        return sql.optional(LOCK, SeriesStore::series, group, series);
    }

    /**
     * The group's series, the newest first.
     *
     * @param unpublished whether to include series that create drafts
     */
    List<Series> list(UUID group, boolean unpublished, Optional<UUID> after, int limit) {
        return sql.list(LIST, SeriesStore::series, group, after.orElse(Ids.MAX), unpublished, limit);
    }

    /** The ids of groups with series that need occurrences up to this day, in order, after this id. */
    List<UUID> groupsWithDue(LocalDate horizon, UUID after, int limit) {
        return sql.list(GROUPS_WITH_DUE, row -> row.getObject("group_id", UUID.class), horizon, after, limit);
    }

    /**
     * The group's series that need occurrences up to this day, locked; without those that another transaction has
     * locked.
     */
    List<Series> lockDue(UUID group, LocalDate horizon) {
        return sql.list(LOCK_DUE, SeriesStore::series, group, horizon, group);
    }

    /** Records that the occurrences of these series up to this day exist. */
    void advance(UUID group, List<Series> series, LocalDate horizon) {
        sql.update(
                ADVANCE,
                texts(series.stream().map(any -> any.id().toString())),
                texts(series.stream()
                        .map(any -> clipped(any.template(), horizon).toString())),
                texts(series.stream()
                        .map(any -> any.template()
                                .next(horizon)
                                .map(LocalDate::toString)
                                .orElse(null))),
                group);
    }

    private static Object[] columns(Series.Template template, LocalDate madeThrough, UUID group, UUID series) {
        var rule = template.rule();
        return Activities.columns(template.plan())
                .set("publish", template.publish())
                .set("frequency", EnumNames.of(rule.frequency()))
                .set("every", rule.interval())
                .set("weekdays", texts(rule.weekdays().stream().map(EnumNames::of)))
                .set("nth", rule.nth().orElse(null))
                .set("month_day", rule.lastDay() ? -1 : null)
                .set("until", rule.until().orElse(null))
                .set("times", rule.count().orElse(null))
                .set("made_through", clipped(template, madeThrough))
                .set("next_on", template.next(madeThrough).orElse(null))
                .set("group_id", group)
                .set("series_id", series)
                .values();
    }

    /** No later than the last occurrence, if there is one. */
    private static LocalDate clipped(Series.Template template, LocalDate day) {
        return template.last().filter(last -> last.isBefore(day)).orElse(day);
    }

    private static String[] texts(Stream<String> texts) {
        return texts.toArray(String[]::new);
    }

    private static Series series(ResultSet row) throws SQLException {
        return new Series(
                row.getObject("group_id", UUID.class),
                row.getObject("series_id", UUID.class),
                new Series.Template(
                        new Activity.Plan(
                                row.getString("title"),
                                row.getString("description"),
                                row.getString("place"),
                                row.getString("online_url"),
                                new Schedule(
                                        row.getObject("starts_local", LocalDateTime.class),
                                        Zone.stored(row.getString("zone"), ZoneOffset.UTC),
                                        Duration.ofMinutes(row.getInt("duration_minutes")),
                                        row.getBoolean("all_day")),
                                Optional.ofNullable(row.getObject("capacity", Integer.class)),
                                row.getInt("guests_allowed"),
                                row.getBoolean("waitlist"),
                                Optional.empty(),
                                Optional.empty(),
                                EnumNames.constant(Audience.class, row.getString("visibility"))),
                        rule(row),
                        row.getBoolean("publish")),
                EnumNames.constant(SeriesState.class, row.getString("state")),
                row.getObject("made_through", LocalDate.class),
                row.getInt("occurrences"),
                row.getInt("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static RecurrenceRule rule(ResultSet row) throws SQLException {
        var weekdays = EnumSet.noneOf(Weekday.class);
        Arrays.stream((String[]) row.getArray("weekdays").getArray())
                .map(weekday -> EnumNames.constant(Weekday.class, weekday))
                .forEach(weekdays::add);
        return new RecurrenceRule(
                EnumNames.constant(Frequency.class, row.getString("frequency")),
                row.getInt("every"),
                weekdays,
                Optional.ofNullable(row.getObject("nth", Integer.class)),
                Optional.ofNullable(row.getObject("until", LocalDate.class)),
                Optional.ofNullable(row.getObject("times", Integer.class)),
                row.getObject("month_day") != null);
    }
}
