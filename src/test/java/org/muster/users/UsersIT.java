package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class UsersIT {
    private final Client nobody;
    private final EmbeddedDatabase database;

    UsersIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
    }

    @Test
    void anAccountIsOpenedAndSignedInTo() {
        var email = address();

        var created = nobody.post("/api/v1/users", account(email));
        var session = nobody.post("/api/v1/sessions", signIn(email, "correct horse"));
        var me = nobody.with("Authorization", "Bearer " + session.string("token"))
                .get("/api/v1/me");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).endsWith("/api/v1/me");
        assertThat(created.json()).doesNotContainKey("password");
        assertThat(session.status()).isEqualTo(201);
        assertThat(session.header("Cache-Control")).isEqualTo("no-store");
        assertThat(session.string("expiresAt")).matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(me.json()).isEqualTo(created.json());
        assertThat(me.id().version()).isEqualTo(7);
    }

    @Test
    void anAddressHasOneAccountWhateverItsCaseAndHoweverManyAskAtOnce() {
        var email = address();
        Callable<Answer> open = () -> nobody.post("/api/v1/users", account(email.toUpperCase(Locale.ROOT)));

        var answers = Client.atOnce(Stream.generate(() -> open).limit(8).toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201, 409).containsOnlyOnce(201);
        assertThat(nobody.post("/api/v1/users", account(email)).string("type")).isEqualTo("/problems/email-taken");
    }

    @Test
    void anAddressHasOneAccountHoweverItsLettersAndItsDomainAreWritten() {
        var name = "ann-" + UUID.randomUUID();
        nobody.post("/api/v1/users", account(name + "\u00E9@m\u00FCller.example"));

        for (var same : List.of(
                name + "\u00E9@xn--mller-kva.example",
                name + "e\u0301@m\u00FCller.example",
                name + "E\u0301@MU\u0308LLER.example")) {
            assertThat(nobody.post("/api/v1/users", account(same)).string("type"))
                    .isEqualTo("/problems/email-taken");
            assertThat(nobody.post("/api/v1/sessions", signIn(same, "correct horse"))
                            .status())
                    .isEqualTo(201);
        }
        var invisible = nobody.post("/api/v1/users", account(name + "\u200B@example.org"));
        assertThat(invisible.status()).isEqualTo(422);
    }

    @Test
    void twoAccountsOfAnEarlierVersionWhoseAddressesAreTheSameNowBothGoOn() throws Exception {
        var name = "ann-" + UUID.randomUUID();
        var composed = name + "\u00E9@example.org";
        var decomposed = name + "e\u0301@example.org";
        var first = nobody.post("/api/v1/users", account(composed)).id();
        var second = nobody.post("/api/v1/users", account(address())).id();
        try (var connection = database.connect();
                var statement = connection.prepareStatement(
                        "UPDATE user_account SET email = ?, email_key = ? WHERE user_id = ?")) {
            statement.setString(1, decomposed);
            statement.setString(2, decomposed);
            statement.setObject(3, second);
            statement.executeUpdate();
        }

        assertThat(signedIn(composed, "correct horse").get("/api/v1/me").id()).isEqualTo(first);
        assertThat(signedIn(decomposed, "correct horse").get("/api/v1/me").id()).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "12345678", "PASSWORD1", "qwertyuiop", "own"})
    void aCommonPasswordIsRefused(String common) {
        var email = address();
        var password = common.equals("own") ? email.toUpperCase(Locale.ROOT) : common;

        var refused = nobody.post("/api/v1/users", account(email).replace("correct horse", password));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("#/password");
        assertThat(nobody.signedUp("Ann")
                        .patch("/api/v1/me", "{'password':'iloveyou','currentPassword':'correct horse'}")
                        .status())
                .isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"muster2026", "MusterMuster", "annMILLER1", "Émilie-99", "émilie.99", "NAME", "name-1"})
    void aPasswordThatIsMostlyOfTheServerOrItsOwnerIsRefused(String guess) {
        var email = address();
        var name = email.split("@")[0];
        var password = guess.replace("NAME", name.toUpperCase(Locale.ROOT)).replace("name", name);

        var refused = nobody.post(
                "/api/v1/users",
                account(email).replace("'Ann'", "'Emilie Miller'").replace("correct horse", password));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("#/password", "must have 5 characters beside your name");
    }

    @Test
    void suchWordsMayBeInALongerPassword() {
        var email = address();
        var password = "muster the horses of Emilie";

        assertThat(nobody.post(
                                "/api/v1/users",
                                account(email)
                                        .replace("'Ann'", "'Emilie Miller'")
                                        .replace("correct horse", password))
                        .status())
                .isEqualTo(201);
        var emilie = signedIn(email, password);
        var refused =
                emilie.patch("/api/v1/me", "{'password':'emilie.miller','currentPassword':'%s'}".formatted(password));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("#/password");
        assertThat(signedIn(email, password).get("/api/v1/me").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "        ",
                "\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\u0008",
                "\\u202e\\u202d\\u2066\\u200b\\u2028\\u00ad\\u3164\\ufe0f",
                "\\ud83d\\udc0e\\ud83d\\udc0f\\ud83d\\udc10\\ud83d\\udc11\\ud83d\\udc12\\ud83d\\udc13\\ud83d\\udc14\\ud83d\\udc15",
                "\\u1112\\u1161\\u11abgul password"
            })
    void aPasswordHasAnyCharacters(String password) {
        var email = address();

        assertThat(nobody.post("/api/v1/users", account(email).replace("correct horse", password))
                        .status())
                .isEqualTo(201);

        assertThat(nobody.post("/api/v1/sessions", signIn(email, password)).status())
                .isEqualTo(201);
        assertThat(nobody.post("/api/v1/sessions", signIn(email, password + " "))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aPasswordHasNoCharactersThatItsHashIgnores() {
        for (var half : List.of("\\ud83d", "\\udc0e", "\\u0000")) {
            assertThat(nobody.post("/api/v1/users", account(address()).replace("correct horse", "password " + half))
                            .status())
                    .isIn(400, 422);
        }
    }

    @Test
    void aPasswordIsTheSameHoweverItIsComposed() {
        var composed = "caf\u00e9 au lait";
        var decomposed = "cafe\u0301 au lait";
        for (var first : List.of(composed, decomposed)) {
            var email = address();
            nobody.post("/api/v1/users", account(email).replace("correct horse", first));

            assertThat(nobody.post("/api/v1/sessions", signIn(email, composed)).status())
                    .isEqualTo(201);
            assertThat(nobody.post("/api/v1/sessions", signIn(email, decomposed))
                            .status())
                    .isEqualTo(201);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "ab", "@", "a@b."})
    void anOverlongAddressIsRefused(String repeated) {
        for (var times : List.of(300, 8_000, 100_000)) {
            var refused = nobody.post("/api/v1/users", account(repeated.repeat(times)));

            assertThat(refused.status()).isEqualTo(422);
        }
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressAreToldTheSame() {
        var email = address();
        nobody.post("/api/v1/users", account(email));

        var wrong = nobody.post("/api/v1/sessions", signIn(email, "wrong horse"));
        var unknown = nobody.post("/api/v1/sessions", signIn(address(), "correct horse"));

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(wrong.string("detail")).isEqualTo(unknown.string("detail"));
    }

    @Test
    void aTokenThatIsSignedOutDoesNotCountAnyMore() {
        var ann = nobody.signedUp("Ann");

        assertThat(ann.delete("/api/v1/sessions").status()).isEqualTo(204);

        var answer = ann.get("/api/v1/me");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.string("type")).isEqualTo("/problems/unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void aTokenThatIsSpentDoesNotCountAnyMore() throws Exception {
        var ann = nobody.signedUp("Ann");
        var id = ann.id();

        try (var connection = database.connect();
                var spend =
                        connection.prepareStatement("UPDATE user_session SET expires_at = now() WHERE user_id = ?")) {
            spend.setObject(1, id);
            assertThat(spend.executeUpdate()).isEqualTo(1);
        }

        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void neitherPasswordsNorTokensAreKept() throws Exception {
        var email = address();
        nobody.post("/api/v1/users", account(email));
        var token =
                nobody.post("/api/v1/sessions", signIn(email, "correct horse")).string("token");

        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT (SELECT string_agg(user_account::text, ' ') FROM user_account)
                            || (SELECT string_agg(encode(token_hash, 'escape'), ' ') FROM user_session)
                        """)) {
            rows.next();
            assertThat(rows.getString(1))
                    .contains("PBKDF2WithHmacSHA512:210000:")
                    .doesNotContain("correct horse")
                    .doesNotContain(token);
        }
    }

    @Test
    void aProfileIsChangedInPart() {
        var ann = nobody.signedUp("Ann");

        var changed = ann.patch("/api/v1/me", "{'displayName':'Ann Lee'}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.string("displayName")).isEqualTo("Ann Lee");
        assertThat(changed.string("zone")).isEqualTo("America/Toronto");
        assertThat(ann.patch("/api/v1/me", "{'email':'other@example.org'}").status())
                .isEqualTo(422);
    }

    @Test
    void whoChangesDifferentThingsAtOnceLosesNothing() {
        var ann = nobody.signedUp("Ann");
        for (var round = 0; round < 10; round++) {
            var name = "Ann " + round;
            var zone = round % 2 == 0 ? "Europe/Paris" : "Asia/Tokyo";

            Client.atOnce(List.of(
                    () -> ann.patch("/api/v1/me", "{'displayName':'%s'}".formatted(name)),
                    () -> ann.patch("/api/v1/me", "{'zone':'%s'}".formatted(zone))));

            assertThat(ann.get("/api/v1/me").string("displayName")).isEqualTo(name);
            assertThat(ann.get("/api/v1/me").string("zone")).isEqualTo(zone);
        }
    }

    @Test
    void ofManyNewPasswordsAtOnceOneCounts() {
        var email = address();
        nobody.post("/api/v1/users", account(email));
        var ann = signedIn(email, "correct horse");

        var answers = Client.atOnce(IntStream.range(0, 4)
                .<Callable<Answer>>mapToObj(number -> () -> ann.patch(
                        "/api/v1/me",
                        "{'password':'battery staple %d','currentPassword':'correct horse'}".formatted(number)))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(200, 422).containsOnlyOnce(200);
        assertThat(IntStream.range(0, 4)
                        .map(number -> nobody.post("/api/v1/sessions", signIn(email, "battery staple " + number))
                                .status()))
                .containsOnlyOnce(201);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void aNewPasswordNeedsTheOldOneAndEndsOtherSessions() {
        var email = address();
        nobody.post("/api/v1/users", account(email));
        var here = signedIn(email, "correct horse");
        var there = signedIn(email, "correct horse");

        var refused = here.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'wrong'}");
        var changed = here.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(here.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(nobody.post("/api/v1/sessions", signIn(email, "correct horse"))
                        .status())
                .isEqualTo(401);
        assertThat(signedIn(email, "battery staple").get("/api/v1/me").status()).isEqualTo(200);
    }

    private Client signedIn(String email, String password) {
        var session = nobody.post("/api/v1/sessions", signIn(email, password));
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private static String address() {
        return "ann-" + UUID.randomUUID() + "@example.org";
    }

    private static String account(String email) {
        return "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'America/Toronto'}"
                .formatted(email);
    }

    private static String signIn(String email, String password) {
        return "{'email':'%s','password':'%s'}".formatted(email, password);
    }
}
