package org.muster.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import biweekly.Biweekly;
import biweekly.ICalVersion;
import biweekly.ICalendar;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.activities.Schedule;
import org.muster.calendar.CalendarMessage;
import org.muster.database.Database;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.database.TestPool;
import org.muster.history.Notifications;
import org.muster.http.Zone;
import org.muster.queue.ActivityQueue;
import org.muster.queue.Move.Cause;
import org.muster.queue.Queue;
import org.muster.queue.Seats;

class NoticesTest {
    private static final String ROOT = "https://muster.example.org";
    private static final String NEW_PASSWORD =
            "UPDATE user_account SET password_hash = 'another', password_version = 2 WHERE user_id = ?";

    private final TestPool pool = TestPool.shared();
    private final Sql sql = pool.sql();
    private final NoticeSteps steps = new NoticeSteps();
    private final Queue queue = new Queue(sql);
    private final UUID group = Ids.next();
    private final UUID ann = Ids.next();
    private final UUID bob = Ids.next();

    private record Mail(String kind, String address, String subject, String text, Optional<ICalendar> calendar) {}

    @BeforeEach
    void prepare() {
        steps.pool = pool;
        steps.database = new Database();
        steps.makeModels();
        sql.update("DELETE FROM mail_notice");
        sql.update("DELETE FROM mail_delivery");
        sql.update("UPDATE mail_state SET enabled = true");
        account(ann, "Ann \"A.\" Lee", true);
        account(bob, "Bob", true);
        sql.update("""
                INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
                VALUES (?, 'Trail <runners>', ?, '', 'UTC', 'open', 'public')
                """, group, group.toString());
        for (var user : List.of(ann, bob)) {
            sql.update("""
                    INSERT INTO membership (group_id, user_id, role, state)
                    VALUES (?, ?, 'member', 'active')
                    """, group, user);
        }
    }

    @AfterEach
    void disable() {
        sql.update("UPDATE mail_state SET enabled = false");
    }

    @Test
    void whoHasASeatGetsAnInvitationForTheCalendar() {
        var hike = activity("2090-06-01T10:00", "Europe/Paris", 1);

        join(hike, ann, 0);

        var mail = told().get(0);
        assertThat(mail.kind).isEqualTo("signup.confirmed");
        assertThat(mail.address).isEqualTo(ann + "@example.org");
        assertThat(mail.subject).isEqualTo("You are signed up: Hike");
        assertThat(mail.text)
                .contains("Thursday, June 1, 2090, 10:00")
                .contains("(Europe/Paris)")
                .contains("Group: Trail <runners>")
                .contains(ROOT + "/#/groups/" + group + "/activities/" + hike);
        var calendar = mail.calendar.orElseThrow();
        assertThat(calendar.validate(ICalVersion.V2_0).isEmpty()).isTrue();
        assertThat(calendar.getMethod().isRequest()).isTrue();
        var event = calendar.getEvents().get(0);
        assertThat(event.getUid().getValue()).isEqualTo(hike + "@muster.test");
        assertThat(event.getSequence().getValue()).isZero();
        assertThat(event.getOrganizer().getEmail()).isEqualTo("muster@example.org");
        assertThat(event.getAttendees()).hasSize(1);
        assertThat(event.getAttendees().get(0).getEmail()).isEqualTo(ann + "@example.org");
        assertThat(event.getAttendees().get(0).getCommonName()).isEqualTo("Ann 'A.' Lee");
        assertThat(event.getDateStart().getValue().toInstant()).isEqualTo("2090-06-01T08:00:00Z");
    }

    @Test
    void whoWaitsIsToldAndGetsTheEventWithTheSeat() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        join(hike, ann, 0);
        told();

        join(hike, bob, 1);
        assertThat(told()).singleElement().satisfies(mail -> {
            assertThat(mail.kind).isEqualTo("signup.waiting");
            assertThat(mail.calendar).isEmpty();
        });

        leave(hike, ann, 1);
        assertThat(told())
                .extracting(mail -> mail.kind, mail -> mail.address, NoticesTest::method)
                .containsExactlyInAnyOrder(
                        tuple("signup.cancelled", ann + "@example.org", "CANCEL"),
                        tuple("signup.promoted", bob + "@example.org", "REQUEST"));
    }

    @Test
    void theSequenceGrowsWithEachMessage() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        var mails = new ArrayList<Mail>();

        join(hike, ann, 0);
        mails.addAll(told());
        leave(hike, ann, 0);
        mails.addAll(told());
        join(hike, ann, 0);
        mails.addAll(told());

        assertThat(mails).extracting(NoticesTest::sequence).containsExactly(0, 1, 2);
        assertThat(mails).extracting(NoticesTest::method).containsExactly("REQUEST", "CANCEL", "REQUEST");
    }

    @Test
    void aCalendarIsToldWhatIsTrueNow() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        join(hike, ann, 0);
        leave(hike, ann, 0);
        join(hike, ann, 0);

        assertThat(toldAll()).extracting(NoticesTest::method).containsExactly("REQUEST", "", "REQUEST");
    }

    @Test
    void ofTwoChangesInOneBatchTheSecondKnowsTheFirst() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        join(hike, ann, 0);
        leave(hike, ann, 0);

        assertThat(toldAll()).extracting(mail -> mail.kind).containsExactly("signup.confirmed", "signup.cancelled");
    }

    @Test
    void participantsAreToldWhenAnActivityIsMovedOrCancelled() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        join(hike, ann, 0);
        told();

        sql.update("UPDATE activity SET sequence = 5, place = 'Lake' WHERE activity_id = ?", hike);
        new Notifications(sql).sendToParticipants(group, List.of(hike), "activity.moved", bob);
        var moved = told().get(0);
        assertThat(moved.text).contains("Lake");
        assertThat(method(moved)).isEqualTo("REQUEST");
        assertThat(sequence(moved)).isEqualTo(5);

        sql.update("UPDATE activity SET state = 'cancelled', sequence = 6 WHERE activity_id = ?", hike);
        new Notifications(sql).sendToParticipants(group, List.of(hike), "activity.cancelled", bob);
        var cancelled = told().get(0);
        assertThat(method(cancelled)).isEqualTo("CANCEL");
        assertThat(sequence(cancelled)).isEqualTo(6);
        assertThat(cancelled.calendar.orElseThrow().validate(ICalVersion.V2_0).isEmpty())
                .isTrue();
    }

    @Test
    void aSignUpForWhatIsOverIsNotTold() {
        var now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);

        join(activity(now.minusHours(2).toString(), "UTC", 1), ann, 0);
        assertThat(waiting()).isZero();

        join(activity(now.minusMinutes(30).toString(), "UTC", 1), ann, 0);
        assertThat(told()).extracting(mail -> mail.kind).containsExactly("signup.confirmed");
    }

    @Test
    void whoLosesASeatWhenAnActivityIsPutOffIsNotToldWhereItTakesPlace() {
        var begun = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        var hike = activity(begun.toString(), "UTC", 1);
        var camp = activity("2090-06-01T10:00", "UTC", 1);
        List.of(hike, camp).forEach(activity -> join(activity, ann, 0));
        told();
        sql.update("UPDATE membership SET state = 'banned' WHERE group_id = ? AND user_id = ?", group, ann);

        pool.inTransaction(() -> {
            queue.cancelAll(group, ann, bob, Cause.BANNED);
            return true;
        });
        assertThat(told()).extracting(mail -> mail.kind).containsExactly("signup.cancelled");

        pool.inTransaction(() -> {
            queue.cancelLost(group, List.of(hike), bob);
            return true;
        });
        move(hike, "7 days");
        assertThat(queue.find(group, hike, ann).orElseThrow().active()).isFalse();
        assertThat(waiting()).isZero();
    }

    @Test
    void whoWasNotToldOfAChangeYetIsToldOfTheLastOnly() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        join(hike, ann, 0);
        told();
        var notifications = new Notifications(sql);

        for (var place : List.of("Lake", "Hill", "Forest")) {
            sql.update("UPDATE activity SET place = ? WHERE activity_id = ?", place, hike);
            notifications.sendToParticipants(group, List.of(hike), "activity.moved", bob);
        }
        assertThat(toldAll()).singleElement().satisfies(mail -> {
            assertThat(mail.kind).isEqualTo("activity.moved");
            assertThat(mail.text).contains("Forest");
            assertThat(method(mail)).isEqualTo("REQUEST");
        });

        notifications.sendToParticipants(group, List.of(hike), "activity.moved", bob);
        sql.update("UPDATE activity SET state = 'cancelled' WHERE activity_id = ?", hike);
        notifications.sendToParticipants(group, List.of(hike), "activity.cancelled", bob);
        assertThat(toldAll()).extracting(mail -> mail.kind).containsExactly("activity.cancelled");
    }

    @Test
    void anActivityThatIsDeletedLeavesTheCalendar() {
        var hike = activity("2090-06-01T10:00", "UTC", 1);
        join(hike, ann, 0);
        told();
        sql.update("""
                INSERT INTO notification (user_id, kind, group_id, activity_id, subject)
                VALUES (?, 'activity.deleted', ?, ?, 'Hike')
                """, ann, group, hike);
        sql.update("DELETE FROM sign_up_move WHERE activity_id = ?", hike);
        sql.update("DELETE FROM sign_up WHERE activity_id = ?", hike);
        sql.update("DELETE FROM activity WHERE activity_id = ?", hike);

        var mail = told().get(0);

        assertThat(mail.subject).isEqualTo("Cancelled: Hike");
        assertThat(method(mail)).isEqualTo("CANCEL");
        assertThat(sequence(mail)).isEqualTo(1);
    }

    @Test
    void mailIsInTheRecipientsLanguage() {
        sql.update("UPDATE user_account SET language = 'fr' WHERE user_id = ?", ann);

        join(activity("2090-06-01T15:00", "UTC", 1), ann, 0);

        assertThat(told().get(0).text)
                .contains("Vous avez une place pour Hike.")
                .contains("jeudi 1 juin 2090, 15:00 – 16:00 (UTC)");
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE user_account SET email_verified_at = NULL WHERE user_id = ?",
        "UPDATE user_account SET email_undeliverable_at = now() WHERE user_id = ?",
        "'INSERT INTO notification_setting (user_id, sign_ups) VALUES (?, false)'"
    })
    void whoCannotOrDoesNotWantToBeToldIsNotTold(String statement) {
        sql.update(statement, ann);

        join(activity("2090-06-01T10:00", "UTC", 1), ann, 0);

        assertThat(told()).isEmpty();
        assertThat(waiting()).isZero();
    }

    @Test
    void whoSubscribesToTheFeedGetsNoInvitations() {
        sql.update("INSERT INTO notification_setting (user_id, calendar_invitations) VALUES (?, false)", ann);

        join(activity("2090-06-01T10:00", "UTC", 1), ann, 0);

        assertThat(told())
                .singleElement()
                .satisfies(mail -> assertThat(mail.calendar).isEmpty());
    }

    @Test
    void securityIsToldToAddressesThatAreNotProvedToo() {
        sql.update("UPDATE user_account SET email_verified_at = NULL WHERE user_id = ?", ann);

        sql.update(NEW_PASSWORD, ann);

        assertThat(told()).singleElement().satisfies(mail -> {
            assertThat(mail.kind).isEqualTo("password.changed");
            assertThat(mail.text).contains(ROOT + "/#/").doesNotContain("Choose what");
        });
        assertThat(sql.list("SELECT unsubscribe_url FROM mail_delivery", row -> row.getString(1)))
                .containsExactly((String) null);
    }

    @Test
    void aChangeOfTheVersionAloneIsNoNewPassword() {
        sql.update("UPDATE user_account SET password_version = 2 WHERE user_id = ?", ann);

        assertThat(waiting()).isZero();
    }

    @Test
    void anErasedAccountIsToldAndNothingElse() {
        join(activity("2090-06-01T10:00", "UTC", 1), ann, 0);

        sql.update("""
                UPDATE user_account
                   SET email = NULL, email_key = NULL, password_hash = NULL, password_version = password_version + 1,
                       display_name = '', erased_at = now()
                 WHERE user_id = ?
                """, ann);

        assertThat(told()).singleElement().satisfies(mail -> {
            assertThat(mail.kind).isEqualTo("account.erased");
            assertThat(mail.address).isEqualTo(ann + "@example.org");
        });
    }

    @Test
    void withoutMailNothingIsNoted() {
        sql.update("UPDATE mail_state SET enabled = false");

        join(activity("2090-06-01T10:00", "UTC", 1), ann, 0);
        sql.update(NEW_PASSWORD, ann);

        assertThat(waiting()).isZero();
    }

    @Test
    void whatCannotBeWordedHoldsUpNobody() {
        sql.update("INSERT INTO mail_notice (kind, user_id, group_id) VALUES ('member.unknown', ?, ?)", ann, group);
        join(activity("2090-06-01T10:00", "UTC", 1), bob, 0);

        assertThat(told()).extracting(mail -> mail.kind).containsExactly("signup.confirmed");
        assertThat(waiting()).isOne();
    }

    @Test
    void aReminderIsGivenOnceForEachTimeOfAnActivity() {
        var start = LocalDateTime.now(ZoneOffset.UTC).plusHours(3).truncatedTo(ChronoUnit.MINUTES);
        var hike = activity(start.toString(), "UTC", 1);
        join(hike, ann, 0);
        sql.update("UPDATE sign_up SET updated_at = now() - interval '3 days' WHERE activity_id = ?", hike);
        told();

        remind();
        remind();
        assertThat(told()).extracting(mail -> mail.kind).containsExactly("activity.reminder");

        sql.update("UPDATE activity SET sequence = sequence + 1, place = 'Lake' WHERE activity_id = ?", hike);
        remind();
        assertThat(told()).isEmpty();

        move(hike, "1 hour");
        remind();
        assertThat(told()).extracting(mail -> mail.subject).containsExactly("Reminder: Hike");
    }

    @Test
    void aReminderIsGivenThoughThePlaceChangesMeanwhileButNotIfTheActivityIsMovedToAnotherWeek() {
        var start = LocalDateTime.now(ZoneOffset.UTC).plusHours(3).truncatedTo(ChronoUnit.MINUTES);
        var hike = activity(start.toString(), "UTC", 2);
        join(hike, ann, 0);
        sql.update("UPDATE sign_up SET updated_at = now() - interval '3 days' WHERE activity_id = ?", hike);
        told();
        remind();

        sql.update("UPDATE activity SET sequence = sequence + 1, place = 'Lake' WHERE activity_id = ?", hike);
        assertThat(told())
                .singleElement()
                .satisfies(mail -> assertThat(mail.text).contains("Lake"));

        move(hike, "1 hour");
        remind();
        move(hike, "7 days");
        assertThat(told()).isEmpty();
    }

    private void move(UUID activity, String by) {
        sql.update("""
                UPDATE activity
                   SET sequence = sequence + 1, starts_at = starts_at + ?::interval, starts_local = starts_local + ?::interval
                 WHERE activity_id = ?
                """, by, by, activity);
    }

    @Test
    void whoLeavesOrGotTheSeatLateIsNotReminded() {
        var start = LocalDateTime.now(ZoneOffset.UTC).plusHours(3).truncatedTo(ChronoUnit.MINUTES);
        var hike = activity(start.toString(), "UTC", 1);
        join(hike, ann, 0);
        sql.update("UPDATE sign_up SET updated_at = now() + interval '1 day' WHERE activity_id = ?", hike);
        told();

        remind();

        assertThat(waiting()).isZero();
    }

    private void remind() {
        new ClockNotices(new Reminders(sql)).note(Instant.now());
    }

    @ParameterizedTest
    @CsvSource({
        // The clocks go forward on 29 March 2026 and back on 25 October 2026, in the night.
        "2026-03-29T10:00, Europe/Paris, EVENING, 2026-03-28T17:00:00Z",
        "2026-03-29T10:00, Europe/Paris, MORNING, 2026-03-29T06:00:00Z",
        "2026-03-30T10:00, Europe/Paris, EVENING, 2026-03-29T16:00:00Z",
        "2026-10-25T10:00, Europe/Paris, EVENING, 2026-10-24T16:00:00Z",
        "2026-10-25T10:00, Europe/Paris, MORNING, 2026-10-25T07:00:00Z",
        "2026-06-01T08:59, Europe/Paris, MORNING, 2026-05-31T16:00:00Z",
        "2026-06-01T09:00, America/Toronto, MORNING, 2026-06-01T12:00:00Z",
        // Samoa had no 30 December 2011.
        "2011-12-31T10:00, Pacific/Apia, EVENING, 2011-12-31T04:00:00Z"
    })
    void remindersFollowTheClocksOfTheActivity(String start, String zone, Reminder reminder, Instant at) {
        var schedule = new Schedule(LocalDateTime.parse(start), Zone.of(zone), Duration.ofHours(1));

        assertThat(reminder.at(schedule)).isEqualTo(at);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-30T05:59:59Z, Europe/Paris, ",
        "2026-03-30T06:00:00Z, Europe/Paris, 2026-03-30",
        "2026-03-31T05:59:59Z, Europe/Paris, 2026-03-30",
        "2026-03-31T06:00:00Z, Europe/Paris, ",
        "2026-10-26T07:00:00Z, Europe/Paris, 2026-10-26",
        "2026-10-26T06:59:59Z, Europe/Paris, "
    })
    void digestsAreDueOnMondaysAtEight(Instant now, String zone, String day) {
        assertThat(ClockNotices.digestDay(Zone.of(zone), now).map(String::valueOf))
                .isEqualTo(Optional.ofNullable(day));
    }

    @Test
    void aDigestTellsWhatTheWeekBringsOnce() {
        sql.update("INSERT INTO notification_setting (user_id, digest) VALUES (?, true)", ann);
        var soon = LocalDateTime.now(ZoneOffset.UTC).plusDays(2).truncatedTo(ChronoUnit.MINUTES);
        join(activity(soon.toString(), "UTC", 1), ann, 0);
        told();
        var reminders = new Reminders(sql);
        var monday = LocalDate.of(2026, 11, 30);

        reminders.digest(Zone.UTC, monday);
        reminders.digest(Zone.UTC, monday);

        assertThat(told().stream().filter(mail -> mail.address.startsWith(ann.toString())))
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.subject).isEqualTo("This week in your groups: 1");
                    assertThat(mail.text).contains("Hike (Trail <runners>) – you have a seat");
                });
    }

    private void account(UUID user, String name, boolean verified) {
        sql.update("""
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash, email_verified_at)
                VALUES (?, ?, ?, ?, 'UTC', '', CASE WHEN ? THEN now() END)
                """, user, user + "@example.org", user + "@example.org", name, verified);
    }

    private UUID activity(String start, String zone, int capacity) {
        var id = Ids.next();
        var startsAt = LocalDateTime.parse(start)
                .atZone(ZoneId.of(zone))
                .toOffsetDateTime()
                .withOffsetSameInstant(ZoneOffset.UTC);
        sql.update("""
                INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                       duration_minutes, starts_at, tzdb_version, capacity, guests_allowed, waitlist, visibility, state, published_at)
                VALUES (?, ?, 'Hike', 'Bring; water, please', '', '', ?, ?, 60, ?, '', ?, 2, true, 'group', 'published', now())
                """, group, id, LocalDateTime.parse(start), zone, startsAt, capacity);
        return id;
    }

    private void join(UUID activity, UUID user, int taken) {
        pool.inTransaction(() -> queue.join(queue(activity, taken, 0), user, 1, user));
    }

    private void leave(UUID activity, UUID user, int waiting) {
        pool.inTransaction(() -> {
            var signUp = queue.find(group, activity, user).orElseThrow();
            queue.leave(queue(activity, 1, waiting), signUp, user, "");
            return true;
        });
    }

    private ActivityQueue queue(UUID activity, int taken, int waiting) {
        return new ActivityQueue(group, activity, new Seats(Optional.of(1), taken, waiting), true);
    }

    /** Words what is due, and returns it. */
    private List<Mail> told() {
        sql.update("DELETE FROM mail_delivery");
        compose();
        return mails();
    }

    /** Words everything, in as many steps as it takes. */
    private List<Mail> toldAll() {
        sql.update("DELETE FROM mail_delivery");
        while (compose() > 0) {
            // There may be more.
        }
        return mails();
    }

    private int compose() {
        return pool.inTransaction(() -> steps.compose(new Composer(
                path -> URI.create(ROOT + path), new CalendarMessage("muster.test", "muster@example.org"))));
    }

    private List<Mail> mails() {
        return sql.list(
                "SELECT kind, address, subject, body_text, calendar FROM mail_delivery ORDER BY delivery_id",
                row -> new Mail(
                        row.getString("kind"),
                        row.getString("address"),
                        row.getString("subject"),
                        row.getString("body_text"),
                        Optional.ofNullable(row.getString("calendar"))
                                .map(text -> Biweekly.parse(text).first())));
    }

    private int waiting() {
        return sql.list("SELECT count(*) AS waiting FROM mail_notice", row -> row.getInt("waiting"))
                .get(0);
    }

    private static String method(Mail mail) {
        return mail.calendar.map(calendar -> calendar.getMethod().getValue()).orElse("");
    }

    private static int sequence(Mail mail) {
        return mail.calendar.orElseThrow().getEvents().get(0).getSequence().getValue();
    }
}
