package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class SessionsIT {
    private static final String SESSIONS = "/api/v1/me/sessions";

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final String email = "sessions-" + UUID.randomUUID() + "@example.org";

    SessionsIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}".formatted(email));
    }

    @Test
    void theyAreListedAndEnded() {
        var here = signedIn();
        var there = signedIn();

        var sessions = here.get(SESSIONS).items();
        assertThat(sessions)
                .extracting(session -> session.getBoolean("current"))
                .containsExactly(false, true);
        assertThat(here.delete(SESSIONS + "/" + sessions.get(0).getString("id")).status())
                .isEqualTo(204);

        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(here.get(SESSIONS).items()).hasSize(1);
        assertThat(here.delete(SESSIONS + "/" + sessions.get(0).getString("id")).status())
                .isEqualTo(404);
    }

    @Test
    void nobodyEndsThoseOfAnother() {
        var here = signedIn();
        var session = here.get(SESSIONS).items().get(0).getString("id");

        assertThat(nobody.signedUp("Bob").delete(SESSIONS + "/" + session).status())
                .isEqualTo(404);
        assertThat(here.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void allEndAtOnceAndTokensStay() {
        var here = signedIn();
        var there = signedIn();
        var program = nobody.with(
                "Authorization",
                "Bearer "
                        + here.post("/api/v1/me/tokens", "{'name':'Site','scopes':['read']}")
                                .string("token"));

        assertThat(program.get(SESSIONS).status()).isEqualTo(403);
        assertThat(here.delete(SESSIONS).status()).isEqualTo(204);

        assertThat(here.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(program.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void anOldSessionEndsNoOther() throws SQLException {
        var here = signedIn();
        var there = signedIn();
        var other = here.get(SESSIONS).items().get(0).getString("id");
        opened(here, "16 minutes");

        for (var path : List.of(SESSIONS, SESSIONS + "/" + other, SESSIONS + "/" + UUID.randomUUID())) {
            var answer = here.delete(path);
            assertThat(answer.status()).as(path).isEqualTo(403);
            assertThat(answer.string("type")).as(path).isEqualTo("/problems/sign-in-too-old");
        }

        assertThat(here.get(SESSIONS).items()).hasSize(2);
        assertThat(there.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(signedIn().delete(SESSIONS + "/" + other).status()).isEqualTo(204);
        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void anOldSessionEndsItself() throws SQLException {
        var here = signedIn();
        var own = here.get(SESSIONS).items().get(0).getString("id");
        var there = signedIn();
        opened(here, "29 days");

        assertThat(here.delete(SESSIONS + "/" + own).status()).isEqualTo(204);
        assertThat(here.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(there.delete("/api/v1/sessions").status()).isEqualTo(204);
        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void aSessionEndsOthersForAQuarterOfAnHour() throws SQLException {
        var here = signedIn();
        var there = signedIn();
        opened(here, "14 minutes");

        assertThat(here.delete(SESSIONS).status()).isEqualTo(204);

        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void anIdleSessionEnds() throws SQLException {
        var idle = signedIn();
        age(idle, "last_used_at", "15 days");

        assertThat(idle.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(signedIn().get(SESSIONS).items()).hasSize(1);
    }

    @Test
    void signingInAgainReplacesTheBrowsersSession() {
        var first = cookie(nobody.post("/api/v1/sessions", signIn(true)));
        var browser = nobody.with("Cookie", first).with("X-Requested-With", "muster");
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(200);

        browser.post("/api/v1/sessions", signIn(true));

        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void aNewPasswordGivesTheBrowserANewToken() {
        var first = cookie(nobody.post("/api/v1/sessions", signIn(true)));
        var browser = nobody.with("Cookie", first).with("X-Requested-With", "muster");

        var changed = browser.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(cookie(changed)).isNotEqualTo(first);
        assertThat(changed.response().headers().allValues("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie).contains("Max-Age=2591", "SameSite=Strict"));
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
        var after = nobody.with("Cookie", cookie(changed));
        assertThat(after.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(after.get(SESSIONS).items()).hasSize(1);
    }

    @Test
    void aRepeatedSignInKeepsTheSessionThatItOpened() {
        var keyed = nobody.with("Idempotency-Key", UUID.randomUUID().toString());
        var first = cookie(keyed.post("/api/v1/sessions", signIn(true)));

        var again =
                keyed.with("Cookie", first).with("X-Requested-With", "muster").post("/api/v1/sessions", signIn(true));

        assertThat(cookie(again)).isEqualTo(first);
        assertThat(nobody.with("Cookie", first).get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void aNewPasswordRevokesTheCalendarsLink() {
        var here = signedIn();
        var token = here.post("/api/v1/me/calendar-token").string("token");
        var calendar = "/api/v1/calendar/" + token + ".ics";
        assertThat(nobody.get(calendar).status()).isEqualTo(200);

        here.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");

        assertThat(nobody.get(calendar).status()).isEqualTo(404);
    }

    @Test
    void securityEventsAreCounted() {
        var events = List.of(
                "signed-in",
                "sign-in-failed",
                "password-changed",
                "refused",
                "signed-out",
                "unauthenticated",
                "invalid",
                "not-found");
        var before = events.stream().map(this::count).toList();
        var here = signedIn();

        nobody.post("/api/v1/sessions", signIn(false).replace("correct", "wrong"));
        here.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");
        here.get("/api/v1/operator/database");
        here.post("/api/v1/groups", "{'name':7}");
        here.get("/api/v1/groups/" + UUID.randomUUID());
        here.delete("/api/v1/sessions");
        here.get("/api/v1/me");

        for (var i = 0; i < events.size(); i++) {
            assertThat(count(events.get(i))).as(events.get(i)).isGreaterThan(before.get(i));
        }
    }

    @Test
    void aSignInRenewsAnOldHash() throws Exception {
        var old = "PBKDF2WithHmacSHA256:2048:%s:%s";
        var salt = "a salt of old times".getBytes(StandardCharsets.UTF_8);
        var key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec("correct horse".toCharArray(), salt, 2_048, 256))
                .getEncoded();
        var encoder = Base64.getEncoder();
        setHash(old.formatted(encoder.encodeToString(salt), encoder.encodeToString(key)));

        assertThat(nobody.post("/api/v1/sessions", signIn(false).replace("correct", "wrong"))
                        .status())
                .isEqualTo(401);
        assertThat(hash()).startsWith("PBKDF2WithHmacSHA256:2048:");
        signedIn();
        assertThat(hash()).startsWith("PBKDF2WithHmacSHA512:210000:");
        signedIn();
    }

    /** As if all sessions of the client's user had been opened this long ago. */
    private void opened(Client client, String ago) throws SQLException {
        age(client, "created_at", ago);
    }

    private void age(Client client, String column, String interval) throws SQLException {
        database.update("UPDATE user_session SET %s = now() - interval '%s' WHERE user_id = '%s'"
                .formatted(column, interval, client.id()));
    }

    private void setHash(String hash) throws SQLException {
        try (var connection = database.connect();
                var update = connection.prepareStatement("UPDATE user_account SET password_hash = ? WHERE email = ?")) {
            update.setString(1, hash);
            update.setString(2, email);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private String hash() throws SQLException {
        try (var connection = database.connect();
                var select = connection.prepareStatement("SELECT password_hash FROM user_account WHERE email = ?")) {
            select.setString(1, email);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private double count(String event) {
        return nobody.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("muster_security_events_total{event=\"" + event + "\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(0);
    }

    private Client signedIn() {
        return nobody.with(
                "Authorization",
                "Bearer " + nobody.post("/api/v1/sessions", signIn(false)).string("token"));
    }

    private String signIn(boolean cookie) {
        return "{'email':'%s','password':'correct horse','cookie':%s}".formatted(email, cookie);
    }

    private static String cookie(Answer signedIn) {
        return signedIn.response().headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
                .filter(cookie -> !cookie.contains("-session"))
                .findFirst()
                .orElseThrow();
    }
}
