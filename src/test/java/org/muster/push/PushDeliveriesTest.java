package org.muster.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.database.TestPool;
import org.muster.metrics.Metrics;
import org.muster.push.PushClient.Answer;
import org.muster.settings.Password;
import org.muster.settings.Settings;

class PushDeliveriesTest {
    private static final VapidKey KEY = new VapidKey(new Settings.Push(
            new Password("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            URI.create("mailto:ann@example.org"),
            List.of()));

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final TestPool pool = TestPool.shared();
    private final Sql sql = pool.sql();
    private final PushServiceStub service = new PushServiceStub();
    private final Metrics metrics = new Metrics();
    private final PushOutbox outbox = new PushOutbox(sql);
    private final PushDeliveries deliveries =
            new PushDeliveries(outbox, new PushClient(KEY, TIMEOUT), new PushMetrics(metrics, outbox));
    private final PushedBrowser browser;
    private final URI endpoint = service.endpoint();
    private final UUID user = Ids.next();
    private final UUID group = Ids.next();
    private final UUID activity = Ids.next();

    PushDeliveriesTest() throws Exception {
        browser = new PushedBrowser();
    }

    /** Somebody who has a seat, and has subscribed. */
    @BeforeEach
    void prepare() {
        sql.update("DELETE FROM push_delivery");
        sql.update("""
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
                VALUES (?, ?, ?, 'Ann', 'UTC', '')
                """, user, user + "@example.org", user + "@example.org");
        sql.update("""
                INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
                SELECT sha256(user_id::text::bytea), user_id, 1, now() + interval '1 day' FROM user_account WHERE user_id = ?
                """, user);
        sql.update("""
                INSERT INTO push_subscription (session_hash, subscription_id, user_id, endpoint, p256dh, auth, language)
                SELECT token_hash, gen_random_uuid(), user_id, ?, ?, ?, 'fr' FROM user_session WHERE user_id = ?
                """, endpoint.toString(), browser.key(), browser.auth(), user);
        sql.update("""
                INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
                VALUES (?, 'Walkers', ?, '', 'UTC', 'open', 'public')
                """, group, "walkers-" + group);
        sql.update("""
                INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                       duration_minutes, starts_at, tzdb_version, guests_allowed, waitlist, visibility, state, published_at)
                VALUES (?, ?, 'Café', '', '', '', now() AT TIME ZONE 'UTC' + interval '1 hour', 'UTC', 60,
                        now() + interval '1 hour', '2026a', 0, true, 'group', 'published', now())
                """, group, activity);
        sql.update("""
                INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
                VALUES (?, ?, ?, 'confirmed', 1, 1, ?)
                """, group, activity, user, user);
        sql.update("DELETE FROM push_delivery");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void whatIsAcceptedIsDeleted() throws Exception {
        add("signup.promoted");

        assertThat(deliveries.next()).isZero();

        var got = service.received(endpoint).get(0);
        assertThat(got.header("Content-encoding")).isEqualTo("aes128gcm");
        assertThat(got.header("Urgency")).isEqualTo("normal");
        assertThat(got.header("Topic")).matches("[A-Za-z0-9_-]{32}");
        // Until the activity begins.
        assertThat(Integer.parseInt(got.header("Ttl"))).isBetween(3_500, 3_600);
        assertThat(VapidHeader.claims(got.header("Authorization")).getAudience())
                .containsExactly(service.origin());
        assertThat(got.body().length).isLessThan(3_000);
        var message = browser.read(got.body());
        assertThat(message.getString("title")).isEqualTo("Vous avez une place : Café");
        assertThat(message.getString("body")).contains("UTC").endsWith("\nWalkers");
        assertThat(message.getString("path")).isEqualTo("/groups/" + group + "/activities/" + activity);
        assertThat(message.getString("tag")).isEqualTo(activity.toString());
        assertThat(rows()).isEmpty();
        assertThat(deliveries.next()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void aSubscriptionThatIsGoneEnds(int status) throws Exception {
        service.answer(endpoint, status);
        add("signup.promoted");

        deliveries.next();

        assertThat(rows()).isEmpty();
        assertThat(subscriptions()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"503, 10", "500, 10", "408, 10", "429, 120"})
    void whatIsRefusedForNowIsSentLater(int status, int seconds) throws Exception {
        service.answer(endpoint, status);
        add("signup.promoted");

        deliveries.next();

        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.attempts).isOne();
            assertThat(row.pause).isBetween(Duration.ofSeconds(seconds - 5), Duration.ofSeconds(seconds));
        });
        service.answer(endpoint, 201);
        sql.update("UPDATE push_delivery SET next_attempt_at = now()");
        deliveries.next();
        assertThat(service.received(endpoint)).hasSize(2);
        assertThat(rows()).isEmpty();
        assertThat(subscriptions()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 403, 413})
    void whatIsRefusedForGoodIsGivenUpAndNoRedirectIsFollowed(int status) throws Exception {
        service.answer(endpoint, status);
        add("signup.promoted");

        deliveries.next();

        assertThat(rows()).isEmpty();
        assertThat(subscriptions()).isOne();
        assertThat(service.received(URI.create(service.origin() + "/redirected")))
                .isEmpty();
    }

    @Test
    void aPushServiceThatDoesNotAnswerHoldsUpNobodyElsesMessageForLong() throws Exception {
        service.answerNothing(endpoint);
        add("signup.promoted");
        add("signup.promoted");
        var began = System.nanoTime();

        deliveries.next();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT.plusSeconds(5));
        assertThat(rows()).hasSize(2).allMatch(row -> !row.leased);
    }

    @Test
    void whatIsTrueNoMoreIsNotSent() throws Exception {
        add("activity.cancelled");
        sql.update("UPDATE sign_up SET state = 'cancelled' WHERE user_id = ?", user);
        add("signup.promoted");

        deliveries.next();

        assertThat(service.received(endpoint)).isEmpty();
        assertThat(rows()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE user_account SET suspended_at = now() WHERE user_id = ?",
                "UPDATE user_account SET password_version = 2 WHERE user_id = ?",
                "UPDATE user_session SET expires_at = now() WHERE user_id = ?",
                "UPDATE user_session SET scopes = '' WHERE user_id = ?",
                "DELETE FROM user_session WHERE user_id = ?"
            })
    void whoseSessionHasEndedIsToldNothing(String end) throws Exception {
        add("signup.promoted");
        sql.update(end, user);

        deliveries.next();

        assertThat(service.received(endpoint)).isEmpty();
        assertThat(rows()).isEmpty();
    }

    @Test
    void whatAnotherNodeSendsIsLeftToIt() throws Exception {
        add("signup.promoted");
        var claimed = outbox.claim(1, Duration.ofMinutes(1));

        deliveries.next();

        assertThat(service.received(endpoint)).isEmpty();
        outbox.retry(claimed.get(0), Duration.ZERO);
        deliveries.next();
        assertThat(service.received(endpoint)).hasSize(1);
    }

    @Test
    void pausesGrowAndPushServicesCanWantLongerOnes() {
        var own = new Answer(PushOutcome.UNREACHABLE, 0, Optional.empty());
        var longer = new Answer(PushOutcome.DEFERRED, 429, Optional.of(Duration.ofMinutes(1)));

        assertThat(PushDeliveries.pause(1, own)).isEqualTo(Duration.ofSeconds(10));
        assertThat(PushDeliveries.pause(9, own)).isEqualTo(Duration.ofMinutes(30));
        assertThat(PushDeliveries.pause(1, longer)).isEqualTo(Duration.ofMinutes(1));
        assertThat(PushDeliveries.pause(9, longer)).isEqualTo(Duration.ofMinutes(30));
    }

    private void add(String kind) {
        sql.update("""
                INSERT INTO push_delivery (subscription_id, kind, group_id, activity_id)
                SELECT subscription_id, ?, ?, ? FROM push_subscription WHERE user_id = ?
                """, kind, group, activity, user);
    }

    private record Row(int attempts, Duration pause, boolean leased) {}

    private List<Row> rows() {
        return sql.list(
                """
                SELECT attempts, extract(epoch FROM next_attempt_at - now()) AS pause, lease IS NOT NULL AS leased FROM push_delivery
                """,
                row -> new Row(
                        row.getInt("attempts"), Duration.ofSeconds(row.getLong("pause")), row.getBoolean("leased")));
    }

    private int subscriptions() {
        return sql.list("SELECT 1 AS one FROM push_subscription WHERE user_id = ?", row -> row.getInt("one"), user)
                .size();
    }
}
