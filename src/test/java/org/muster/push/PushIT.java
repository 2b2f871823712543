package org.muster.push;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Messages from a running Muster, without mail, to a push service. */
@TestInstance(Lifecycle.PER_CLASS)
class PushIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SUBSCRIPTION = "/api/v1/me/push-subscription";

    private final PushServiceStub service = new PushServiceStub();
    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private final Server muster;
    private final Client nobody;
    private final Client olga;
    private final String group;
    private final PushedBrowser browser;

    PushIT() throws Exception {
        browser = new PushedBrowser();
        var variables = new HashMap<>(RunningMuster.patientEnvironment(database));
        variables.putAll(Map.of(
                "VAPID_PRIVATE_KEY", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
                "MUSTER_URL", "https://muster.example.org",
                "PUSH_ORIGINS", service.origin()));
        muster = Server.start(variables);
        muster.awaitReady(Duration.ofMinutes(3));
        nobody = Client.anonymous(muster.base());
        olga = nobody.signedUp("Olga");
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Café','zone':'Europe/Paris','joinPolicy':'open','visibility':'public'}")
                        .id();
    }

    @AfterAll
    void stop() {
        muster.close();
        service.close();
        database.close();
    }

    @Test
    void whoMovesUpIsToldInTheBrowser() throws Exception {
        var hike = activity("Hike");
        var first = member("First");
        var second = member("Second");
        signUp(first, hike);
        signUp(second, hike);
        var endpoint = subscribed(second);

        first.delete(hike + "/signups/me");

        var got = service.await(endpoint, 0);
        var claims = VapidHeader.claims(got.header("Authorization"));
        assertThat(claims.getSubject()).isEqualTo("https://muster.example.org");
        assertThat(claims.getAudience()).containsExactly(service.origin());
        assertThat(got.header("Authorization"))
                .endsWith(", k=" + olga.get(SUBSCRIPTION).string("applicationServerKey"));
        var message = browser.read(got.body());
        assertThat(message.getString("title")).isEqualTo("You have a seat now: Hike");
        assertThat(message.getString("body"))
                .startsWith("Thursday, June 1, 2090, 10:00")
                .endsWith("\nCafé");
        assertThat("/api/v1" + message.getString("path")).isEqualTo(hike);
        awaitNothingWaits();
        assertThat(nobody.get("/metrics").body())
                .contains("muster_push_attempts_total{outcome=\"gone\"}", "muster_push_oldest_seconds 0");
    }

    @Test
    void aCancelledActivityIsToldInTheBrowsersLanguage() throws Exception {
        var hike = activity("Run");
        var ann = member("Ann");
        signUp(ann, hike);
        var endpoint = service.endpoint();
        put(ann, browser.json(endpoint).replaceFirst("}$", ",'language':'fr'}"));

        olga.post(hike + "/cancel");

        assertThat(browser.read(service.await(endpoint, 0).body()).getString("title"))
                .isEqualTo("Annulée : Run");
    }

    @Test
    void aSubscriptionIsReadReplacedAndEnded() {
        var ann = nobody.signedUp("Ann");
        assertThat(ann.get(SUBSCRIPTION).json().isNull("subscription")).isTrue();
        var first = subscribed(ann);
        var since = ann.get(SUBSCRIPTION).json().getJsonObject("subscription");

        assertThat(put(ann, browser.json(first)).json().getJsonObject("subscription"))
                .isEqualTo(since);
        subscribed(ann);

        assertThat(count("endpoint = '" + first + "'")).isZero();
        assertThat(count("user_id = '" + ann.id() + "'")).isOne();
        assertThat(since.getString("service")).isEqualTo(service.origin());
        var export = ann.get("/api/v1/me/export");
        assertThat(export.json().getJsonArray("pushSubscriptions")).hasSize(1);
        assertThat(export.body()).contains(service.origin()).doesNotContain("/push/");
        assertThat(ann.delete(SUBSCRIPTION).status()).isEqualTo(204);
        assertThat(ann.delete(SUBSCRIPTION).status()).isEqualTo(204);
        assertThat(ann.get(SUBSCRIPTION).json().isNull("subscription")).isTrue();
    }

    @Test
    void aSubscriptionEndsWithItsSession() {
        var ann = nobody.signedUp("Ann");
        subscribed(ann);
        var bob = nobody.signedUp("Bob");
        subscribed(bob);
        var ids = "user_id IN ('" + ann.id() + "', '" + bob.id() + "')";
        assertThat(count(ids)).isEqualTo(2);

        assertThat(ann.delete("/api/v1/sessions").status()).isEqualTo(204);
        assertThat(bob.delete("/api/v1/me").status()).isEqualTo(204);

        assertThat(count(ids)).isZero();
    }

    @Test
    void aSubscriptionStaysWithItsBrowserThatGetsANewPassword() {
        var email = "browser-" + UUID.randomUUID() + "@example.org";
        sessions(email, 0);
        var signedIn = nobody.post(
                "/api/v1/sessions", "{'email':'%s','password':'correct horse','cookie':true}".formatted(email));
        var ann = withCookieOf(signedIn);
        subscribed(ann);

        var changed = ann.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(withCookieOf(changed).get(SUBSCRIPTION).json().isNull("subscription"))
                .isFalse();
    }

    @Test
    void aPersonIsNotToldWhatTheBrowsersLastUserShouldKnow() {
        var hike = activity("Popular");
        var first = member("First");
        var second = member("Second");
        signUp(first, hike);
        signUp(second, hike);
        var endpoint = subscribed(second);
        var bob = nobody.signedUp("Bob");

        assertThat(put(bob, browser.json(endpoint)).status()).isEqualTo(200);
        first.delete(hike + "/signups/me");

        assertThat(second.get(SUBSCRIPTION).json().isNull("subscription")).isTrue();
        awaitNothingWaits();
        assertThat(service.received(endpoint)).isEmpty();
    }

    @Test
    void aSubscriptionThatIsGoneEnds() throws Exception {
        var hike = activity("Swim");
        var ann = member("Ann");
        signUp(ann, hike);
        var endpoint = subscribed(ann);
        service.answer(endpoint, 410);

        olga.post(hike + "/cancel");

        await("the end", PATIENCE, () -> ann.get(SUBSCRIPTION).json().isNull("subscription"));
        awaitNothingWaits();
    }

    @Test
    void theOldestOfTooManySubscriptionsEnds() throws Exception {
        var email = "many-" + UUID.randomUUID() + "@example.org";
        var sessions = sessions(email, 11);
        for (var session : sessions) {
            subscribed(session);
        }

        assertThat(sessions.get(0).get(SUBSCRIPTION).json().isNull("subscription"))
                .isTrue();
        assertThat(sessions.stream()
                        .skip(1)
                        .map(session -> session.get(SUBSCRIPTION).json().isNull("subscription")))
                .containsOnly(false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoint | http://169.254.169.254/latest/meta-data",
                "endpoint | https://fcm.googleapis.com/fcm/send/a",
                "endpoint | http://localhost:1/a",
                "endpoint | file:///etc/passwd",
                "endpoint | not an address",
                "p256dh   | BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8",
                "p256dh   | BA",
                "auth     | AAAA",
                "auth     | **********************",
                "language | tlh"
            })
    void whatIsNoSubscriptionIsRefused(String field, String value) {
        var ann = nobody.signedUp("Ann");
        var wrong = browser.json(service.endpoint())
                .replaceFirst("}$", ",'language':'en'}")
                .replaceFirst("'" + field + "':'[^']*'", "'" + field + "':'" + value + "'");

        var answer = put(ann, wrong);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains(field);
        assertThat(ann.get(SUBSCRIPTION).json().isNull("subscription")).isTrue();
    }

    @Test
    void whatIsMissingOrTooMuchIsRefused() {
        var ann = nobody.signedUp("Ann");

        for (var wrong : List.of(
                "{}",
                "{'endpoint':'" + service.endpoint() + "'}",
                "{'endpoint':'" + service.endpoint() + "','keys':{}}",
                "{'endpoint':1,'keys':[]}",
                browser.json(service.endpoint()).replaceFirst("}$", ",'more':1}"))) {
            assertThat(put(ann, wrong).status()).as(wrong).isEqualTo(422);
        }
        assertThat(ann.get(SUBSCRIPTION).json().isNull("subscription")).isTrue();
        var program = nobody.with(
                "Authorization",
                "Bearer "
                        + ann.post("/api/v1/me/tokens", "{'name':'Site','scopes':['read','write']}")
                                .string("token"));
        assertThat(program.get(SUBSCRIPTION).status()).isEqualTo(403);
        assertThat(put(program, browser.json(service.endpoint())).status()).isEqualTo(403);
    }

    private Client member(String name) {
        var client = nobody.signedUp(name);
        client.put(group + "/members/me");
        return client;
    }

    /** With one seat, and a waiting list. */
    private String activity(String title) {
        var path = group + "/activities/"
                + olga.post(
                                group + "/activities",
                                "{'title':'" + title + "','startsLocal':'2090-06-01T10:00','durationMinutes':60,"
                                        + "'waitlist':true,'capacity':1}")
                        .id();
        olga.post(path + "/publish");
        return path;
    }

    private List<Client> sessions(String email, int count) {
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Many','zone':'UTC'}".formatted(email));
        return IntStream.range(0, count)
                .mapToObj(any -> nobody.with(
                        "Authorization",
                        "Bearer "
                                + nobody.post(
                                                "/api/v1/sessions",
                                                "{'email':'%s','password':'correct horse'}".formatted(email))
                                        .string("token")))
                .toList();
    }

    /** A browser after this response. */
    private Client withCookieOf(Answer answer) {
        return nobody.with(
                        "Cookie",
                        answer.response().headers().allValues("Set-Cookie").stream()
                                .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
                                .collect(joining("; ")))
                .with("X-Requested-With", "muster");
    }

    /** Subscribes the client's browser, at another endpoint each time. */
    private URI subscribed(Client client) {
        var endpoint = service.endpoint();
        assertThat(put(client, browser.json(endpoint)).status()).isEqualTo(200);
        return endpoint;
    }

    private static Answer put(Client client, String json) {
        return client.with("Content-Type", "application/json").send("PUT", SUBSCRIPTION, Client.json(json));
    }

    private static void signUp(Client client, String activity) {
        client.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':0}"));
    }

    private void awaitNothingWaits() {
        await("an empty outbox", PATIENCE, () -> query("SELECT count(*) FROM push_delivery") == 0);
    }

    private int count(String condition) {
        return query("SELECT count(*) FROM push_subscription WHERE " + condition);
    }

    private int query(String query) {
        try (var connection = database.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
