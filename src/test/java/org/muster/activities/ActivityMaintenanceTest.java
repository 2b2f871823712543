package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.database.Database;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.database.TestPool;
import org.muster.http.Zone;

class ActivityMaintenanceTest {
    private final TestPool pool = TestPool.shared();
    private final Sql sql = pool.sql();
    private final MaintenanceSteps steps = new MaintenanceSteps();
    private final UUID user = Ids.next();
    private final UUID group = Ids.next();
    private final LocalDate today = LocalDate.now();

    ActivityMaintenanceTest() {
        steps.pool = pool;
        steps.database = new Database();
        steps.makeModels();
        sql.update("""
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
                VALUES (?, ?, ?, 'Ann', 'UTC', '')
                """, user, user.toString(), user.toString());
        sql.update("""
                INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
                VALUES (?, 'Group', ?, '', 'UTC', 'open', 'public')
                """, group, group.toString());
    }

    @Test
    void occurrencesAreMadeWhenTheyComeWithin180Days() {
        var series = weekly(104);
        assertThat(days(series))
                .hasSize(26)
                .allMatch(day -> ChronoUnit.DAYS.between(LocalDate.now(ZoneId.of("UTC")), day) <= 180);

        assertThat(extendSeries(today.plusDays(180 + 6))).isOne();
        assertThat(extendSeries(today.plusDays(180 + 6))).isZero();

        assertThat(days(series)).hasSize(27);
        extendSeries(today.plusYears(5));
        assertThat(days(series)).hasSize(104).isEqualTo(found(series).template().dates());
        assertThat(found(series).madeThrough()).isEqualTo(today.plusWeeks(103));
        assertThat(new SeriesStore(sql).groupsWithDue(today.plusYears(9), new UUID(0, 0), 1_000))
                .doesNotContain(group);
        assertThat(found(series).version()).isEqualTo(3);
    }

    @Test
    void thoseWhoExtendAtTheSameTimeMakeEachOccurrenceOnce() throws Exception {
        for (var round = 0; round < 5; round++) {
            var series = weekly(104);
            var horizon = today.plusYears(3);

            var executor = Executors.newFixedThreadPool(4);
            try {
                Callable<Integer> node = () -> extendSeries(horizon);
                for (var made :
                        executor.invokeAll(Stream.generate(() -> node).limit(4).toList())) {
                    made.get();
                }
            } finally {
                executor.shutdownNow();
            }

            assertThat(days(series)).hasSize(104).doesNotHaveDuplicates();
            assertThat(found(series).version()).isEqualTo(2);
        }
    }

    @Test
    void aSeriesThatSomebodyHoldsIsLeftToThem() {
        var series = weekly(104);

        var made = pool.inTransaction(() -> {
            sql.optional(
                    "SELECT series_id FROM activity_series WHERE group_id = ? AND series_id = ? FOR UPDATE",
                    row -> row.getObject(1, UUID.class),
                    group,
                    series);
            return Executors.newSingleThreadExecutor()
                    .submit(() -> extendSeries(today.plusYears(3)))
                    .get();
        });

        assertThat(made).isZero();
        assertThat(days(series)).hasSize(26);
    }

    @Test
    void inAnArchivedGroupNothingIsMadeAnyMore() {
        var series = weekly(104);
        sql.update("UPDATE user_group SET state = 'archived' WHERE group_id = ?", group);

        assertThat(extendSeries(today.plusYears(3))).isZero();
        assertThat(days(series)).hasSize(26);
    }

    @Test
    void aGroupThatFailsHoldsUpNoOther() {
        var broken = due(weekly(104));
        sql.update("UPDATE activity_series SET weekdays = '{someday}' WHERE series_id = ?", broken);
        var other = new ActivityMaintenanceTest();
        var series = due(other.weekly(104));
        var maintenance = new ActivityMaintenance();
        maintenance.pool = pool;
        maintenance.database = new Database();
        maintenance.steps = steps;
        maintenance.makeModels();

        maintenance.extendSeries();

        assertThat(group).isLessThan(other.group);
        assertThat(other.found(series).version()).isEqualTo(2);
    }

    @Test
    void aSeriesWithoutDaysIsDone() {
        var series = due(weekly(104));
        sql.update(
                "UPDATE activity_series SET times = NULL, until = starts_local - interval '1 day' WHERE series_id = ?",
                series);

        assertThat(extendSeries(today.plusYears(1))).isOne();
        assertThat(extendSeries(today.plusYears(1))).isZero();
        assertThat(days(series)).hasSize(26);
    }

    /** The series, whose last occurrence is still to be made. */
    private UUID due(UUID series) {
        sql.update(
                "UPDATE activity_series SET made_through = made_through - 7, next_on = made_through WHERE series_id = ?",
                series);
        return series;
    }

    @ParameterizedTest
    @CsvSource({
        "America/Toronto,     2030-07-01T18:00",
        "America/Toronto,     2030-12-01T18:00",
        "America/Toronto,     2031-03-09T02:30", // a gap
        "America/Toronto,     2030-11-03T01:30", // an overlap
        "America/Vancouver,   2030-12-01T18:00",
        "Australia/Lord_Howe, 2030-12-01T18:00",
        "Australia/Lord_Howe, 2030-10-06T02:15", // a gap of half an hour
    })
    void whatWasDerivedByOtherRulesIsMovedToItsWallClock(String zone, LocalDateTime local) {
        var schedule = new Schedule(local, Zone.of(zone), Duration.ofHours(1));
        var wrong = activity(schedule, schedule.startsAt().plus(Duration.ofMinutes(30)), "2000a");
        var right = activity(schedule, schedule.startsAt(), "2000a");
        signUp(wrong);
        signUp(right);
        assertThat(new OutdatedStarts(sql).groups(new UUID(0, 0), 1_000)).contains(group);

        assertThat(pool.inTransaction(() -> steps.recomputeStarts(group))).isFalse();

        assertThat(find(wrong).startsAt()).isEqualTo(schedule.startsAt());
        assertThat(find(wrong).version()).isEqualTo(2);
        assertThat(find(wrong).sequence()).isEqualTo(1);
        assertThat(find(right).startsAt()).isEqualTo(schedule.startsAt());
        assertThat(find(right).version()).isEqualTo(1);
        assertThat(find(right).sequence()).isZero();
        assertThat(versions()).containsOnly(Schedule.tzdbVersion());
        assertThat(new OutdatedStarts(sql).groups(new UUID(0, 0), 1_000)).doesNotContain(group);
        assertThat(told()).containsExactly(wrong);
    }

    @Test
    void whatIsPastOrCancelledOrDerivedByTheseRulesStays() {
        var zone = Zone.of("America/Toronto");
        var past = new Schedule(LocalDateTime.parse("2026-01-05T18:00"), zone, Duration.ofHours(1));
        var future = new Schedule(LocalDateTime.parse("2030-01-05T18:00"), zone, Duration.ofHours(1));
        var wrong = Duration.ofHours(1);
        var activities = List.of(
                activity(past, past.startsAt().plus(wrong), "2000a"),
                activity(future, future.startsAt().plus(wrong), "2000a"),
                activity(future, future.startsAt().plus(wrong), Schedule.tzdbVersion()));
        sql.update(
                "UPDATE activity SET state = 'cancelled' WHERE group_id = ? AND activity_id = ?",
                group,
                activities.get(1));

        pool.inTransaction(() -> steps.recomputeStarts(group));

        assertThat(activities).allSatisfy(activity -> {
            var found = find(activity);
            assertThat(found.startsAt())
                    .isEqualTo(found.plan().schedule().startsAt().plus(wrong));
            assertThat(found.version()).isEqualTo(1);
        });
    }

    @Test
    void manyAreDoneInSteps() {
        var schedule =
                new Schedule(LocalDateTime.parse("2030-07-01T18:00"), Zone.of("America/Toronto"), Duration.ofHours(1));
        for (var number = 0; number < 201; number++) {
            activity(schedule, schedule.startsAt().plusSeconds(60), "2000a");
        }

        assertThat(pool.inTransaction(() -> steps.recomputeStarts(group))).isTrue();
        assertThat(pool.inTransaction(() -> steps.recomputeStarts(group))).isFalse();

        assertThat(versions()).containsOnly(Schedule.tzdbVersion());
    }

    private int extendSeries(LocalDate horizon) {
        return pool.inTransaction(() -> steps.extendSeries(group, horizon));
    }

    private UUID weekly(int count) {
        var plan = plan(new Schedule(today.atTime(18, 0), Zone.of("America/Toronto"), Duration.ofHours(1)));
        var rule = new RecurrenceRule(
                Frequency.WEEKLY,
                1,
                EnumSet.of(Weekday.of(today)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(count),
                false);
        return pool.inTransaction(() -> new SeriesChange(new SeriesChange.Models(sql), group, user)
                .create(new Series.Template(plan, rule, true)));
    }

    private UUID activity(Schedule schedule, Instant startsAt, String tzdbVersion) {
        var id = new Activities(sql).create(group, plan(schedule)).id();
        sql.update(
                "UPDATE activity SET starts_at = ?, tzdb_version = ? WHERE group_id = ? AND activity_id = ?",
                Activities.utc(startsAt),
                tzdbVersion,
                group,
                id);
        return id;
    }

    private static Activity.Plan plan(Schedule schedule) {
        return new Activity.Plan(
                "Hike",
                "",
                "",
                "",
                schedule,
                Optional.empty(),
                0,
                true,
                Optional.empty(),
                Optional.empty(),
                Audience.GROUP);
    }

    private void signUp(UUID activity) {
        sql.update("""
                INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
                VALUES (?, ?, ?, 'confirmed', 1, 1, ?)
                """, group, activity, user, user);
    }

    private Activity find(UUID activity) {
        return new Activities(sql).find(group, activity).orElseThrow();
    }

    private Series found(UUID series) {
        return new SeriesStore(sql).find(group, series).orElseThrow();
    }

    private List<LocalDate> days(UUID series) {
        return sql.list(
                "SELECT occurs_on FROM activity WHERE group_id = ? AND series_id = ? ORDER BY occurs_on",
                row -> row.getObject("occurs_on", LocalDate.class),
                group,
                series);
    }

    private List<String> versions() {
        return sql.list(
                "SELECT tzdb_version FROM activity WHERE group_id = ?", row -> row.getString("tzdb_version"), group);
    }

    private List<UUID> told() {
        return sql.list(
                "SELECT activity_id FROM notification WHERE user_id = ? AND kind = 'activity.moved'",
                row -> row.getObject("activity_id", UUID.class),
                user);
    }
}
