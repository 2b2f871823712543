package org.muster.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class SecondFactorIT {
    private static final String SECOND_FACTOR = "/api/v1/me/second-factor";
    private static final String WAITING = "application_name = 'muster' AND wait_event_type = 'Lock'";
    private static final String PASSWORD = "{'currentPassword':'correct horse'}";
    private static final String LOCK_ACCOUNT = "SELECT FROM user_account WHERE user_id = '%s' FOR UPDATE";
    private static final String LOCK_FACTOR = "SELECT FROM second_factor WHERE user_id = '%s' FOR UPDATE";

    private static final String ERASE = """
            UPDATE user_account
               SET email = NULL, email_key = NULL, password_hash = NULL, password_version = password_version + 1,
                   display_name = '', erased_at = now()
             WHERE user_id = '%s'
            """;

    private final Client nobody;
    private final EmbeddedDatabase database;
    private Client olga;
    private String email;
    private Client ann;
    private Authenticator authenticator;
    private List<String> recoveryCodes;

    SecondFactorIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
    }

    @BeforeAll
    void openOperatorsAccount() {
        olga = opened(RunningMuster.OPERATOR);
    }

    @BeforeEach
    void openAccount() {
        email = "factor-" + UUID.randomUUID() + "@example.org";
        ann = opened(email);
    }

    @Test
    void itIsAskedForOnceItIsConfirmed() {
        var elsewhere = signedIn(signIn(""));
        var program = nobody.with(
                "Authorization",
                "Bearer "
                        + ann.post("/api/v1/me/tokens", "{'name':'Site','scopes':['read']}")
                                .string("token"));

        var begun = ann.post(SECOND_FACTOR, PASSWORD);
        authenticator = Authenticator.of(begun.string("secret"));
        var wrong = ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(authenticator.wrongCode()));
        var unconfirmed = ann.get(SECOND_FACTOR).json();
        var before = signIn("");
        var confirmed = confirm();

        assertThat(begun.status()).isEqualTo(201);
        assertThat(begun.header("Cache-Control")).isEqualTo("no-store");
        assertThat(begun.string("uri"))
                .startsWith("otpauth://totp/Muster%20")
                .contains(email.replace("@", "%40") + "?secret=" + begun.string("secret"));
        assertThat(begun.json().getJsonArray("qrCode").getValuesAs(JsonString::getString))
                .allMatch(row ->
                        row.length() == begun.json().getJsonArray("qrCode").size());
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("#/code");
        assertThat(unconfirmed.isNull("enabledAt")).isTrue();
        assertThat(before.status()).isEqualTo(201);
        assertThat(confirmed.header("Cache-Control")).isEqualTo("no-store");
        assertThat(recoveryCodes).hasSize(10).doesNotHaveDuplicates();
        var enabled = ann.get(SECOND_FACTOR).json();
        assertThat(enabled.isNull("enabledAt")).isFalse();
        assertThat(enabled.getInt("recoveryCodes")).isEqualTo(10);
        assertThat(enabled.getBoolean("required")).isFalse();
        assertThat(elsewhere.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(program.get("/api/v1/me").status()).isEqualTo(200);

        assertRefused(signIn(""), 401, "second-factor-required");
        assertRefused(signIn(authenticator.code()), 401, "wrong-code");
        timePasses();
        assertThat(signIn(authenticator.code()).status()).isEqualTo(201);
        assertRefused(signIn(authenticator.code()), 401, "wrong-code");
        assertThat(ann.post(SECOND_FACTOR, PASSWORD).string("type")).isEqualTo("/problems/second-factor-enabled");
    }

    @Test
    void withoutThePasswordNothingTellsWhetherThereIsOne() {
        var without = signIn("wrong horse", "");
        enable();

        var refusals = List.of(
                signIn("wrong horse", ""),
                signIn("wrong horse", authenticator.code()),
                signIn("wrong horse", recoveryCodes.get(0)),
                signIn("wrong horse", "000000"));

        for (var refused : refusals) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.string("type")).isEqualTo("/problems/unauthenticated");
            assertThat(refused.string("detail")).isEqualTo(without.string("detail"));
        }
        assertThat(signIn("correct horse", recoveryCodes.get(0)).status())
                .as("the recovery code was not spent")
                .isEqualTo(201);
    }

    @Test
    void aRecoveryCodeTakesItsPlaceOnceHoweverItIsTyped() {
        enable();
        var typed = recoveryCodes
                .get(3)
                .toLowerCase()
                .replace("-", " ")
                .replace('0', 'o')
                .replace('1', 'l');

        assertThat(signIn(typed).status()).isEqualTo(201);
        assertRefused(signIn(recoveryCodes.get(3)), 401, "wrong-code");
        assertThat(ann.get(SECOND_FACTOR).json().getInt("recoveryCodes")).isEqualTo(9);
    }

    @Test
    void oneCodeOpensOneSessionHoweverOftenItIsSentAtOnce() {
        enable();
        timePasses();

        for (var code : List.of(authenticator.code(), recoveryCodes.get(0))) {
            var answers = Client.atOnce(Collections.nCopies(10, (Callable<Answer>) () -> signIn(code)));

            assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() != 201)
                    .extracting(answer -> answer.string("type"))
                    .containsOnly("/problems/wrong-code");
        }
    }

    @Test
    void aWrongCodeIsAFailureLikeAWrongPassword() {
        enable();
        timePasses();

        for (var i = 0; i < 10; i++) {
            // The right password alone does not reset the failures.
            assertRefused(signIn(""), 401, "second-factor-required");
            assertRefused(signIn(authenticator.wrongCode()), 401, "wrong-code");
        }

        assertRefused(signIn(authenticator.code()), 429, "too-many-requests");
        assertRefused(signIn("wrong horse", ""), 429, "too-many-requests");
    }

    @Test
    void aThiefOfThePasswordSendsFiftyWrongCodesADayAndANewPasswordEndsThat() {
        enable();
        timePasses();
        used("second-factor-codes", ann.id() + "/2", 49);

        for (var right : List.of(authenticator.code(), recoveryCodes.get(0))) {
            assertThat(signIn(right).status()).as("right codes do not count").isEqualTo(201);
        }
        timePasses();
        assertRefused(signIn(authenticator.wrongCode()), 401, "wrong-code");
        var refused = signIn(authenticator.code());
        assertRefused(refused, 429, "too-many-requests");
        assertThat(refused.string("limit")).isEqualTo("second-factor-codes");
        assertThat(disable(authenticator.code()).status()).isEqualTo(429);
        ann.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");
        assertThat(signIn("battery staple", authenticator.code()).status()).isEqualTo(201);
    }

    @Test
    void newPasswordsDoNotHelpAThiefToSendMoreThanTwoHundred() {
        enable();
        timePasses();
        used("all-second-factor-codes", ann.id(), 200);

        ann.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");
        var refused = signIn("battery staple", authenticator.code());

        assertRefused(refused, 429, "too-many-requests");
        assertThat(refused.string("limit")).isEqualTo("all-second-factor-codes");
    }

    @Test
    void aThiefOfTheSessionDoesNotGuessTheCodeThatTurnsItOn() {
        authenticator = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));
        used("second-factor-codes", ann.id() + "/1", 50);

        assertThat(ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(authenticator.code()))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void aNewPasswordDoesNotGetAroundIt() {
        enable();
        timePasses();
        var link = olga.post("/api/v1/operator/accounts/" + ann.id() + "/reset-link");
        var token = link.string("url").replaceFirst(".*/#/reset/", "");

        nobody.post("/api/v1/new-passwords", "{'token':'" + token + "','password':'battery staple'}");

        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertRefused(signIn("battery staple", ""), 401, "second-factor-required");
        assertThat(signIn("battery staple", authenticator.code()).status()).isEqualTo(201);
    }

    @Test
    void whoTakesTooLongBeginsAnew() {
        var first = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));
        execute("UPDATE second_factor SET created_at = now() - interval '16 minutes' WHERE user_id = '%s'");

        var late = ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(first.code()));
        var second = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));
        var old = ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(first.code()));
        var current = ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(second.code()));

        assertRefused(late, 409, "second-factor-missing");
        assertThat(old.status()).isEqualTo(422);
        assertThat(current.status()).isEqualTo(200);
    }

    @Test
    void aSecretThatNobodyConfirmsIsDeleted() {
        ann.post(SECOND_FACTOR, PASSWORD);
        execute("UPDATE second_factor SET created_at = now() - interval '16 minutes' WHERE user_id = '%s'");

        olga.post(SECOND_FACTOR, PASSWORD);

        assertThat(factors(ann.id())).isZero();
    }

    @Test
    void whoBeganToSignInBeforeItWasTurnedOnIsNotLetInWithoutIt() throws Exception {
        authenticator = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));

        try (var connection = database.connect();
                var lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("LOCK TABLE sign_in_failure IN ACCESS EXCLUSIVE MODE");
            var begun = CompletableFuture.supplyAsync(() -> signIn(""));
            await("the sign-in to wait", Duration.ofSeconds(10), () -> database.sessions(WAITING) == 1);
            confirm();
            connection.rollback();

            assertRefused(begun.get(), 401, "unauthenticated");
        }
        assertThat(ann.get("/api/v1/me/sessions").items()).hasSize(1);
    }

    @Test
    void aSignInThatRunsIntoTurningItOnOpensNoSession() throws Exception {
        authenticator = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));

        var answers = behind(LOCK_FACTOR, "SELECT", List.of(this::confirm, () -> signIn("")));

        assertThat(signedIn(answers.get(1)).get("/api/v1/me").status()).isEqualTo(401);
        assertThat(ann.get("/api/v1/me/sessions").items()).hasSize(1);
    }

    @Test
    void whoseSessionEndsMeanwhileDoesNotTurnItOn() throws Exception {
        authenticator = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));
        var code = "{'code':'%s'}".formatted(authenticator.code());

        var answers = behind(
                LOCK_ACCOUNT,
                "DELETE FROM user_session WHERE user_id = '%s'",
                List.of(() -> ann.post(SECOND_FACTOR + "/confirm", code)));

        assertRefused(answers.get(0), 401, "unauthenticated");
        assertThat(signIn("").status()).isEqualTo(201);
    }

    @Test
    void itIsNotBegunForAnAccountThatIsErasedMeanwhile() throws Exception {
        var id = ann.id();

        var answers = behind(LOCK_ACCOUNT, ERASE, List.of(() -> ann.post(SECOND_FACTOR, PASSWORD)));

        assertRefused(answers.get(0), 401, "unauthenticated");
        assertThat(factors(id)).isZero();
    }

    @Test
    void itEndsWithPasswordAndCode() {
        enable();
        timePasses();
        var elsewhere = signedIn(signIn(recoveryCodes.get(0)));

        assertThat(ann.post(
                                SECOND_FACTOR + "/disable",
                                "{'currentPassword':'wrong horse','code':'%s'}".formatted(authenticator.code()))
                        .body())
                .contains("#/currentPassword");
        assertThat(disable(authenticator.wrongCode()).body()).contains("#/code");
        assertThat(ann.get(SECOND_FACTOR).json().isNull("enabledAt")).isFalse();
        assertThat(disable(authenticator.code()).status()).isEqualTo(204);

        assertThat(ann.get(SECOND_FACTOR).json().isNull("enabledAt")).isTrue();
        assertThat(elsewhere.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(signIn("").status()).isEqualTo(201);
        assertRefused(disable(authenticator.code()), 409, "second-factor-missing");
    }

    @Test
    void newRecoveryCodesReplaceTheOldOnes() {
        enable();
        var old = recoveryCodes;

        var renewed = ann.post(
                SECOND_FACTOR + "/recovery-codes",
                "{'currentPassword':'correct horse','code':'%s'}".formatted(old.get(0)));

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(codes(renewed)).hasSize(10).doesNotContainAnyElementsOf(old);
        assertRefused(signIn(old.get(1)), 401, "wrong-code");
        assertThat(signIn(codes(renewed).get(1)).status()).isEqualTo(201);
    }

    @Test
    void ofRecoveryCodesThatAreMadeTwiceAtOnceTenStay() throws Exception {
        enable();
        var renew = "{'currentPassword':'correct horse','code':'%s'}";

        behind(
                LOCK_FACTOR,
                "SELECT",
                List.of(
                        () -> ann.post(SECOND_FACTOR + "/recovery-codes", renew.formatted(recoveryCodes.get(0))),
                        () -> ann.post(SECOND_FACTOR + "/recovery-codes", renew.formatted(recoveryCodes.get(1)))));

        assertThat(ann.get(SECOND_FACTOR).json().getInt("recoveryCodes")).isEqualTo(10);
    }

    @Test
    void anOperatorRemovesOneThatIsLost() {
        enable();
        var path = "/api/v1/operator/accounts/" + ann.id();
        assertThat(olga.get(path).json().getBoolean("secondFactor")).isTrue();

        var removed = olga.post(path + "/remove-second-factor");
        var again = olga.post(path + "/remove-second-factor");

        assertThat(removed.json().getBoolean("secondFactor")).isFalse();
        assertThat(again.json().getJsonArray("actions").getValuesAs(JsonObject.class))
                .extracting(action -> action.getString("action"))
                .containsExactly("account.second-factor-removed");
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(signIn("").status()).isEqualTo(201);
    }

    @Test
    void whatIsRepeatedHappensOnce() {
        authenticator = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));
        var confirming = ann.with("Idempotency-Key", UUID.randomUUID().toString());
        var confirm = "{'code':'%s'}".formatted(authenticator.code());
        var first = confirming.post(SECOND_FACTOR + "/confirm", confirm);
        assertThat(codes(confirming.post(SECOND_FACTOR + "/confirm", confirm))).isEqualTo(codes(first));
        timePasses();

        var key = UUID.randomUUID().toString();
        var body = body("correct horse", authenticator.code());
        var opened = nobody.with("Idempotency-Key", key).post("/api/v1/sessions", body);

        assertThat(nobody.with("Idempotency-Key", key)
                        .post("/api/v1/sessions", body)
                        .string("token"))
                .isEqualTo(opened.string("token"));
        assertRefused(
                nobody.with("Idempotency-Key", UUID.randomUUID().toString()).post("/api/v1/sessions", body),
                401,
                "wrong-code");
        assertThat(nobody.with("Idempotency-Key", key)
                        .post("/api/v1/sessions", body("correct horse", ""))
                        .status())
                .isEqualTo(401);
        timePasses();

        var disabling = ann.with("Idempotency-Key", UUID.randomUUID().toString());
        var disable = "{'currentPassword':'correct horse','code':'%s'}".formatted(authenticator.code());
        for (var i = 0; i < 2; i++) {
            assertThat(disabling.post(SECOND_FACTOR + "/disable", disable).status())
                    .isEqualTo(204);
        }
    }

    @Test
    void theExportHasNoSecretAndErasureLeavesNothing() {
        enable();
        var id = ann.id();

        var export = ann.get("/api/v1/me/export");
        ann.delete("/api/v1/me");

        assertThat(export.json().getJsonArray("secondFactors")).hasSize(1);
        assertThat(export.body()).doesNotContain(authenticator.secret().text()).doesNotContain(recoveryCodes.get(0));
        assertThat(factors(id)).isZero();
    }

    private void enable() {
        authenticator = Authenticator.of(ann.post(SECOND_FACTOR, PASSWORD).string("secret"));
        confirm();
    }

    private Answer confirm() {
        var confirmed = ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(authenticator.code()));
        assertThat(confirmed.status()).isEqualTo(200);
        recoveryCodes = codes(confirmed);
        return confirmed;
    }

    private Answer disable(String code) {
        return ann.post(SECOND_FACTOR + "/disable", "{'currentPassword':'correct horse','code':'%s'}".formatted(code));
    }

    /** The code that was accepted is an old one now. */
    private void timePasses() {
        execute("UPDATE second_factor SET last_step = last_step - 10 WHERE user_id = '%s'");
    }

    private void used(String limit, Object whose, int times) {
        execute("""
                INSERT INTO limit_use (key, uses, resets_at)
                VALUES (sha256(convert_to(E'%s\\n%s', 'UTF8')), %d, now() + interval '1 day')
                    ON CONFLICT (key) DO UPDATE SET uses = EXCLUDED.uses\
                """.formatted(limit, whose, times));
    }

    /** Runs a statement with Ann's id. */
    private void execute(String statement) {
        var id = ann.id();
        try (var connection = database.connect();
                var update = connection.createStatement()) {
            update.execute(statement.formatted(id));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /**
     * The answers to requests that begin one after the other, and wait for what a transaction locks, until it commits a change. Both
     * statements get Ann's id.
     */
    private List<Answer> behind(String lock, String change, List<Supplier<Answer>> requests) throws SQLException {
        var id = ann.id();
        try (var connection = database.connect();
                var statements = connection.createStatement()) {
            connection.setAutoCommit(false);
            statements.execute(lock.formatted(id));
            var waiting = new ArrayList<CompletableFuture<Answer>>();
            for (var request : requests) {
                waiting.add(CompletableFuture.supplyAsync(request));
                await("it to wait", Duration.ofSeconds(10), () -> database.sessions(WAITING) == waiting.size());
            }
            statements.execute(change.formatted(id));
            connection.commit();
            return waiting.stream().map(CompletableFuture::join).toList();
        }
    }

    /** How many second factors the account has, also such as are not confirmed. */
    private long factors(UUID account) {
        try (var connection = database.connect();
                var select = connection.prepareStatement("SELECT count(*) FROM second_factor WHERE user_id = ?")) {
            select.setObject(1, account);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static List<String> codes(Answer answer) {
        return answer.json().getJsonArray("recoveryCodes").getValuesAs(JsonString::getString);
    }

    private static void assertRefused(Answer answer, int status, String type) {
        assertThat(answer.string("type")).isEqualTo("/problems/" + type);
        assertThat(answer.status()).isEqualTo(status);
    }

    private Client opened(String address) {
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}".formatted(address));
        return signedIn(
                nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(address)));
    }

    private Client signedIn(Answer session) {
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private Answer signIn(String code) {
        return signIn("correct horse", code);
    }

    private Answer signIn(String password, String code) {
        return nobody.post("/api/v1/sessions", body(password, code));
    }

    private String body(String password, String code) {
        return "{'email':'%s','password':'%s','code':'%s'}".formatted(email, password, code);
    }
}
