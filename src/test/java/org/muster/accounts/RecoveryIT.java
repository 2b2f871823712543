package org.muster.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Forgotten passwords, addresses that are verified and changed, and what operators do, on a server with mail. */
class RecoveryIT {
    private static final String OPERATOR = "operator@example.org";
    private static final String SECOND_FACTOR = "/api/v1/me/second-factor";

    private static final String WAITING = "application_name = 'muster' AND wait_event_type = 'Lock'";

    private static EmbeddedDatabase database;
    private static MailedLinks mail;
    private static Server server;
    private static Client nobody;

    private final String email = "recovery-" + UUID.randomUUID() + "@example.org";

    @BeforeAll
    static void start() {
        database = EmbeddedDatabase.temporary();
        mail = new MailedLinks(database);
        var environment = new HashMap<>(RunningMuster.patientEnvironment(database));
        environment.putAll(Map.of(
                "SMTP_HOST", "127.0.0.1",
                "SMTP_PORT", "1",
                "SMTP_TLS", "none",
                "MAIL_FROM", "Muster <muster@example.org>",
                "MUSTER_URL", "http://muster.example.org",
                "MUSTER_OPERATORS", OPERATOR));
        server = Server.start(environment);
        server.awaitReady(Duration.ofMinutes(3));
        nobody = Client.anonymous(server.base());
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @Test
    void aForgottenPasswordIsReplacedAndEndsAllThatGaveAccess() {
        var ann = opened(email);
        var program = nobody.with(
                "Authorization",
                "Bearer "
                        + ann.post("/api/v1/me/tokens", "{'name':'Site','scopes':['read']}")
                                .string("token"));
        var calendar = ann.post("/api/v1/me/calendar-token").string("token");

        var asked = askForReset(email.toUpperCase());
        var token = mail.lastToken(email, "password.reset").orElseThrow();
        var reset = reset(token, "battery staple");

        assertThat(asked.status()).isEqualTo(202);
        assertThat(reset.status()).isEqualTo(204);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(program.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(nobody.get("/api/v1/calendar/" + calendar + ".ics").status()).isEqualTo(404);
        assertThat(signIn(email, "correct horse").status()).isEqualTo(401);
        assertThat(signedIn(email, "battery staple").get("/api/v1/me").json().getBoolean("emailVerified"))
                .isTrue();
        assertThat(reset(token, "another staple").string("type")).isEqualTo("/problems/link-spent");
    }

    @Test
    void whoSignsInWithAProviderOnlySetsAPasswordThenChangesTheAddress() throws SQLException {
        var ann = opened(email);
        var wanted = "new-" + email;
        execute("""
                UPDATE user_account SET password_hash = NULL, email_verified_at = now() WHERE email = '%1$s';
                INSERT INTO provider_identity (issuer, subject, user_id)
                SELECT 'https://login.example.org', email, user_id FROM user_account WHERE email = '%1$s'\
                """.formatted(email));
        assertThat(ann.get("/api/v1/me/providers").json().getBoolean("hasPassword"))
                .isFalse();
        assertThat(change(ann, wanted, "correct horse").status()).isEqualTo(422);

        askForReset(email);
        reset(mail.lastToken(email, "password.reset").orElseThrow(), "battery staple");

        var recovered = signedIn(email, "battery staple");
        assertThat(recovered.get("/api/v1/me/providers").json().toString())
                .isEqualTo("{\"items\":[],\"hasPassword\":true,\"secondFactor\":false}");
        assertThat(change(recovered, wanted, "battery staple").string("pendingEmail"))
                .isEqualTo(wanted);
    }

    @Test
    void aLinkIsForThePasswordThatWasForgotten() {
        var ann = opened(email);
        askForReset(email);
        var first = mail.lastToken(email, "password.reset").orElseThrow();

        ann.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");

        assertThat(reset(first, "another staple").status()).isEqualTo(409);
        assertThat(signIn(email, "battery staple").status()).isEqualTo(201);
    }

    @Test
    void aLinkIsGoodForHalfAnHour() throws SQLException {
        opened(email);
        askForReset(email);
        var token = mail.lastToken(email, "password.reset").orElseThrow();
        execute("UPDATE account_token SET expires_at = expires_at - interval '30 minutes'");

        assertThat(reset(token, "battery staple").status()).isEqualTo(409);
        assertThat(reset("unknown", "battery staple").status()).isEqualTo(409);
        assertThat(reset(token, "password").status()).isEqualTo(422);
    }

    @Test
    void anAccountGetsThreeLinksAnHour() {
        opened(email);

        for (var i = 0; i < 5; i++) {
            assertThat(askForReset(email).status()).isEqualTo(202);
        }

        assertThat(mail.to(email, "password.reset")).hasSize(3);
    }

    @Test
    void onlyOneOfManyUsesOfALinkCounts() {
        opened(email);
        askForReset(email);
        var token = mail.lastToken(email, "password.reset").orElseThrow();
        var uses = List.of("battery staple", "another staple", "a third staple").stream()
                .map(password -> (Callable<Answer>) () -> reset(token, password))
                .toList();

        assertThat(Client.atOnce(uses))
                .extracting(Answer::status)
                .containsOnlyOnce(204)
                .containsOnly(204, 409);
    }

    @Test
    void aRepeatedRequestIsAnsweredAsTheFirst() throws IOException {
        var ann = opened(email);
        var id = ann.id();
        var verification = "{'token':'%s'}"
                .formatted(mail.lastToken(email, "email.verification").orElseThrow());
        askForReset(email);
        var reset = "{'token':'%s','password':'battery staple'}"
                .formatted(mail.lastToken(email, "password.reset").orElseThrow());

        var verified = twice(ann, "/api/v1/email-verifications", verification);
        var recovered = twice(nobody, "/api/v1/new-passwords", reset);

        assertThat(verified).extracting(Answer::status).containsOnly(200);
        assertThat(recovered).extracting(Answer::status).containsOnly(204);
        assertThat(recovered.get(1).header("Idempotency-Replayed")).isEqualTo("true");
        assertLoggedOnce("email-verified", id);
        assertLoggedOnce("password-reset", id);
    }

    private static List<Answer> twice(Client client, String path, String body) {
        var keyed = client.with("Idempotency-Key", UUID.randomUUID().toString());
        return List.of(keyed.post(path, body), keyed.post(path, body));
    }

    @Test
    void whatWasNotCommittedIsNotInTheSecurityLog() throws IOException, SQLException {
        var ann = opened(email);
        var id = ann.id();
        var token = mail.lastToken(email, "email.verification").orElseThrow();

        execute("""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
                CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON user_account DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW WHEN (NEW.user_id = '%s') EXECUTE FUNCTION refuse()\
                """.formatted(id));
        var refused = verification(ann, token);
        execute("DROP FUNCTION refuse CASCADE");

        assertThat(refused.status()).isGreaterThanOrEqualTo(500);
        assertThat(verification(ann, token).status()).isEqualTo(200);
        assertLoggedOnce("email-verified", id);
    }

    private static void assertLoggedOnce(String event, UUID account) throws IOException {
        await(event + " in the log", Duration.ofSeconds(10), () -> events(event, account) > 0);
        assertThat(events(event, account)).isOne();
    }

    private static long events(String event, UUID account) throws IOException {
        try (var lines = Files.lines(server.log())) {
            return lines.filter(line -> line.contains("Security event " + event + ": account " + account))
                    .count();
        }
    }

    @Test
    void nothingTellsWhetherThereIsAnAccount() {
        opened(email);
        var unknown = "unknown-" + email;

        var known = times(30, () -> askForReset(email));
        var others = times(30, () -> askForReset(unknown));

        assertThat(askForReset(email).body())
                .isEqualTo(askForReset(unknown).body())
                .isEmpty();
        assertThat(mail.to(unknown, "password.reset")).isEmpty();
        assertAlike(known, others);
    }

    @Test
    void openingAnAccountWithATakenAddressIsAnsweredLikeOneWithANewAddress() {
        opened(email);
        verify(email);

        var taken = open(email);
        var free = open("free-" + email);

        assertThat(taken.status()).isEqualTo(202);
        assertThat(free.status()).isEqualTo(202);
        assertThat(taken.body().replace(email, "free-" + email)).isEqualTo(free.body());
        assertThat(mail.to(email, "account.exists")).hasSize(1);
        assertThat(mail.to("free-" + email, "email.verification")).hasSize(1);
        assertThat(signIn(email, "correct horse").status()).isEqualTo(201);
        assertAlike(times(12, () -> open(email)), times(12, () -> open(UUID.randomUUID() + "@example.org")));
    }

    @Test
    void whoInvitesDoesNotLearnWhoHasAnAccount() {
        var olga = opened(email);
        verify(email);
        var taken = "taken-" + email;
        var free = "free-" + email;
        opened(taken);
        var group = "/api/v1/groups/"
                + olga.post("/api/v1/groups", "{'name':'Rowers','zone':'UTC'}").id();
        var invitation = olga.post(group + "/invitations", "{'max':100,'email':'" + taken + "'}")
                .string("token");

        var ofTaken = open(taken, invitation);
        var ofFree = open(free, invitation);

        assertThat(ofTaken.status()).isEqualTo(202);
        assertThat(ofFree.status()).isEqualTo(202);
        assertThat(ofTaken.body().replace(taken, free)).isEqualTo(ofFree.body());
        assertThat(olga.get(group + "/invitations").items().get(0).getInt("used"))
                .isZero();
        assertThat(olga.get(group + "/members").items()).hasSize(1);
        assertThat(olga.get("/api/v1/me/notifications").items()).isEmpty();
        assertAlike(
                times(12, () -> open(taken, invitation)),
                times(12, () -> open(UUID.randomUUID() + "@example.org", invitation)));
        assertThat(signedIn(free, "correct horse")
                        .post("/api/v1/invitations/" + invitation + "/accept")
                        .status())
                .isEqualTo(201);
        assertThat(open("late-" + email, "x".repeat(43)).string("type")).isEqualTo("/problems/invitation-spent");
    }

    @Test
    void theAddressOfANewAccountIsVerifiedByWhoIsSignedInToIt() {
        var ann = opened(email);
        var bob = opened("bob-" + email);
        var token = mail.lastToken(email, "email.verification").orElseThrow();

        var anonymous = verification(nobody, token);
        var ofAnother = verification(bob, token);
        var own = verification(ann, token);

        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(ofAnother.status()).isEqualTo(409);
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.json().getBoolean("emailVerified")).isTrue();
        assertThat(verification(ann, token).string("type")).isEqualTo("/problems/link-spent");
    }

    @Test
    void whoHasNotVerifiedTheirAddressSendsNoInvitations() {
        var ann = opened(email);
        var group = "/api/v1/groups/"
                + ann.post("/api/v1/groups", "{'name':'Rowers','zone':'UTC'}").id();

        var before = ann.post(group + "/invitations", "{}");
        verification(ann, mail.lastToken(email, "email.verification").orElseThrow());

        assertThat(before.status()).isEqualTo(403);
        assertThat(before.string("type")).isEqualTo("/problems/email-unverified");
        assertThat(ann.post(group + "/invitations", "{}").status()).isEqualTo(201);
    }

    @Test
    void anotherLinkMayBeAskedForNowAndThen() {
        var ann = opened(email);

        var answers = new ArrayList<Integer>();
        for (var i = 0; i < 6; i++) {
            answers.add(ann.post("/api/v1/me/email-verification").status());
        }

        assertThat(answers).containsExactly(202, 202, 202, 202, 202, 429);
        assertThat(mail.to(email, "email.verification")).hasSize(6);
    }

    @Test
    void aNewAddressCountsOnceItIsVerified() {
        var ann = opened(email);
        var wanted = "new-" + email;

        var wrong = change(ann, wanted, "wrong horse");
        var changed = change(ann, wanted, "correct horse");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(changed.string("email")).isEqualTo(email);
        assertThat(changed.string("pendingEmail")).isEqualTo(wanted);
        assertThat(signIn(wanted, "correct horse").status()).isEqualTo(401);

        var verified = verification(ann, mail.lastToken(wanted, "email.change").orElseThrow());

        assertThat(verified.string("email")).isEqualTo(wanted);
        assertThat(verified.json().isNull("pendingEmail")).isTrue();
        assertThat(signIn(wanted, "correct horse").status()).isEqualTo(201);
        assertThat(signIn(email, "correct horse").status()).isEqualTo(401);
        assertThat(mail.to(email, "email.changed")).hasSize(1);
    }

    @Test
    void aLinkDoesNotGetAroundTheSecondFactorAndItsChangesAreTold() throws Exception {
        var ann = opened(email);
        verify(email);
        var authenticator = authenticator(ann);
        var codes = confirm(ann, authenticator).json().getJsonArray("recoveryCodes");

        askForReset(email);
        reset(mail.lastToken(email, "password.reset").orElseThrow(), "battery staple");

        assertThat(signIn(email, "battery staple").string("type")).isEqualTo("/problems/second-factor-required");
        var back = nobody.with(
                "Authorization",
                "Bearer "
                        + nobody.post(
                                        "/api/v1/sessions",
                                        "{'email':'%s','password':'battery staple','code':'%s'}"
                                                .formatted(email, codes.getString(0)))
                                .string("token"));
        for (var change : List.of("/recovery-codes", "/disable")) {
            // As if the code were the next one.
            execute("UPDATE second_factor SET last_step = last_step - 10");
            back.post(
                    SECOND_FACTOR + change,
                    "{'currentPassword':'battery staple','code':'%s'}".formatted(authenticator.code()));
        }
        assertThat(signIn(email, "battery staple").status()).isEqualTo(201);
        var told = mail.to(email, "second-factor.enabled", "recovery-codes.renewed", "second-factor.disabled");
        assertThat(told)
                .extracting(MailedLinks.Mail::kind)
                .containsExactly("second-factor.enabled", "recovery-codes.renewed", "second-factor.disabled");
        var id = back.id();
        assertLoggedOnce("second-factor-asked", id);
        assertLoggedOnce("second-factor-enabled", id);
        assertLoggedOnce("recovery-code-used", id);
        assertLoggedOnce("recovery-codes-renewed", id);
        assertLoggedOnce("second-factor-disabled", id);
        assertThat(server.log())
                .content()
                .doesNotContain(authenticator.secret().text())
                .doesNotContain(codes.getString(0));
    }

    @Test
    void whoeverOpensAnAccountWithAnothersAddressDoesNotKeepItWithASecondFactor() {
        var thief = opened(email);
        assertThat(confirm(thief, authenticator(thief)).status()).isEqualTo(200);

        askForReset(email);
        reset(mail.lastToken(email, "password.reset").orElseThrow(), "battery staple");

        assertThat(signIn(email, "battery staple").status()).isEqualTo(201);
    }

    @Test
    void aSecondFactorIsSetUpWithThePasswordThatItWasBegunWith() {
        var ann = opened(email);
        verify(email);
        var first = authenticator(ann);
        ann.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'correct horse'}");
        assertThat(confirm(ann, first).string("type")).isEqualTo("/problems/second-factor-missing");

        var second = Authenticator.of(
                ann.post(SECOND_FACTOR, "{'currentPassword':'battery staple'}").string("secret"));
        askForReset(email);
        reset(mail.lastToken(email, "password.reset").orElseThrow(), "another staple");

        assertThat(confirm(signedIn(email, "another staple"), second).string("type"))
                .isEqualTo("/problems/second-factor-missing");
    }

    @Test
    void whoseAddressIsNotVerifiedIsNotToldAgainAndAgain() throws SQLException {
        var ann = opened(email);
        var authenticator = authenticator(ann);
        used("mails-to-addresses", email, 10);

        confirm(ann, authenticator);
        assertThat(mail.to(email, "second-factor.enabled")).isEmpty();
        verify(email);
        ann.post(
                SECOND_FACTOR + "/disable",
                "{'currentPassword':'correct horse','code':'%s'}".formatted(authenticator.nextCode()));
        assertThat(mail.to(email, "second-factor.disabled")).hasSize(1);
    }

    @Test
    void whoSendsTooManyWrongCodesIsInTheSecurityLog() throws IOException, SQLException {
        var ann = opened(email);
        var id = ann.id();
        var authenticator = authenticator(ann);
        confirm(ann, authenticator);
        used("second-factor-codes", id + "/2", 50);

        var refused = nobody.post(
                "/api/v1/sessions",
                "{'email':'%s','password':'correct horse','code':'%s'}".formatted(email, authenticator.nextCode()));

        assertThat(refused.status()).isEqualTo(429);
        assertLoggedOnce("locked-out", id);
    }

    private static Authenticator authenticator(Client client) {
        var begun = client.post(SECOND_FACTOR, "{'currentPassword':'correct horse'}");
        return Authenticator.of(begun.string("secret"));
    }

    private static Answer confirm(Client client, Authenticator authenticator) {
        return client.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(authenticator.code()));
    }

    private static void used(String limit, String whose, int times) throws SQLException {
        execute("""
                INSERT INTO limit_use (key, uses, resets_at)
                VALUES (sha256(convert_to(E'%s\\n%s', 'UTF8')), %d, now() + interval '1 hour')
                    ON CONFLICT (key) DO UPDATE SET uses = EXCLUDED.uses\
                """.formatted(limit, whose, times));
    }

    @Test
    void whoWantsATakenAddressIsNotToldThatItIsTaken() {
        var ann = opened(email);
        var taken = "taken-" + email;
        opened(taken);

        var changed = change(ann, taken, "correct horse");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.string("pendingEmail")).isEqualTo(taken);
        assertThat(mail.to(taken, "email.change")).isEmpty();
        assertThat(mail.to(taken, "account.exists")).hasSize(1);
    }

    @Test
    void anAddressThatWasTakenMeanwhileIsNotGivenTwice() {
        var ann = opened(email);
        var wanted = "wanted-" + email;
        change(ann, wanted, "correct horse");
        var token = mail.lastToken(wanted, "email.change").orElseThrow();
        opened(wanted);

        assertThat(verification(ann, token).string("type")).isEqualTo("/problems/email-taken");
        assertThat(ann.get("/api/v1/me").string("email")).isEqualTo(email);
    }

    @Test
    void oneOfTwoWhoProveAnAddressAtOnceGetsIt() throws Exception {
        var wanted = "wanted-" + email;
        var people = List.of(opened(email), opened("bob-" + email));
        var tokens = new ArrayList<String>();
        for (var person : people) {
            change(person, wanted, "correct horse");
            tokens.add(mail.lastToken(wanted, "email.change").orElseThrow());
        }

        var answers = new ArrayList<Answer>();
        try (var connection = database.connect();
                var lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("SELECT FROM user_account WHERE pending_email = '" + wanted + "' FOR UPDATE");
            var proofs = CompletableFuture.supplyAsync(() -> Client.atOnce(List.of(
                    () -> verification(people.get(0), tokens.get(0)),
                    () -> verification(people.get(1), tokens.get(1)))));
            await("both to wait", Duration.ofSeconds(10), () -> database.sessions(WAITING) == 2);
            connection.rollback();
            answers.addAll(proofs.get());
        }

        var loser = answers.get(0).status() == 200 ? 1 : 0;
        assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(200, 409);
        assertThat(answers.get(loser).string("type")).isEqualTo("/problems/email-taken");
        assertThat(people.get(loser).get("/api/v1/me").string("pendingEmail")).isEqualTo(wanted);
        assertThat(people.get(1 - loser).get("/api/v1/me").string("email")).isEqualTo(wanted);
    }

    @Test
    void onlyOneOfManyProofsWithALinkCounts() {
        var ann = opened(email);
        var token = mail.lastToken(email, "email.verification").orElseThrow();

        var answers = Client.atOnce(Collections.nCopies(4, () -> verification(ann, token)));

        assertThat(answers).extracting(Answer::status).containsOnlyOnce(200).containsOnly(200, 409);
    }

    @Test
    void anOperatorIsWhoHasVerifiedTheAddress() {
        var impostor = opened(OPERATOR);

        assertThat(impostor.get("/api/v1/me").json().getBoolean("operator")).isFalse();
        assertThat(impostor.get("/api/v1/operator/accounts").status()).isEqualTo(403);
        askForReset(OPERATOR);
        reset(mail.lastToken(OPERATOR, "password.reset").orElseThrow(), "battery staple");

        var operator = signedIn(OPERATOR, "battery staple");
        assertThat(impostor.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(operator.get("/api/v1/me").json().getBoolean("operator")).isTrue();
        assertThat(operator.get("/api/v1/operator/accounts?query=" + OPERATOR).items())
                .hasSize(1);
    }

    @Test
    void neitherTokensNorAddressesAreInTheLog() {
        opened(email);
        askForReset(email);
        var token = mail.lastToken(email, "password.reset").orElseThrow();
        reset(token, "battery staple");

        assertThat(server.log()).content().doesNotContain(token).doesNotContain(email);
    }

    private static void verify(String email) {
        try {
            execute("UPDATE user_account SET email_verified_at = now() WHERE email = '" + email + "'");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void execute(String statement) throws SQLException {
        try (var connection = database.connect();
                var statements = connection.createStatement()) {
            statements.execute(statement);
        }
    }

    /** Somebody who has opened an account, and is signed in. */
    private static Client opened(String email) {
        assertThat(open(email).status()).isEqualTo(202);
        return signedIn(email, "correct horse");
    }

    private static Answer open(String email) {
        return open(email, "");
    }

    private static Answer open(String email, String invitation) {
        return nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC','invitation':'%s'}"
                        .formatted(email, invitation));
    }

    private static Answer signIn(String email, String password) {
        return nobody.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, password));
    }

    private static Client signedIn(String email, String password) {
        return nobody.with("Authorization", "Bearer " + signIn(email, password).string("token"));
    }

    private static Answer askForReset(String email) {
        return nobody.post("/api/v1/password-resets", "{'email':'%s'}".formatted(email));
    }

    private static Answer reset(String token, String password) {
        return nobody.post("/api/v1/new-passwords", "{'token':'%s','password':'%s'}".formatted(token, password));
    }

    private static Answer verification(Client client, String token) {
        return client.post("/api/v1/email-verifications", "{'token':'%s'}".formatted(token));
    }

    private static Answer change(Client client, String email, String password) {
        return client.patch("/api/v1/me", "{'email':'%s','currentPassword':'%s'}".formatted(email, password));
    }

    /** How long requests took, in nanoseconds, in order. */
    private static List<Long> times(int requests, Supplier<Answer> request) {
        var times = new ArrayList<Long>();
        for (var i = 0; i < requests; i++) {
            var since = System.nanoTime();
            assertThat(request.get().status()).isEqualTo(202);
            times.add(System.nanoTime() - since);
        }
        times.sort(null);
        return times;
    }

    /** The medians of two kinds of requests differ by no more than those of one kind may. */
    private static void assertAlike(List<Long> some, List<Long> others) {
        var median = median(some);
        var other = median(others);

        assertThat(Math.abs(median - other))
                .as("medians in ns: %d and %d", median, other)
                .isLessThan(Math.max(Duration.ofMillis(5).toNanos(), Math.max(median, other) / 3));
    }

    private static long median(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }
}
