package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.ProxiedMuster;
import org.muster.run.EmbeddedDatabase;

/** Who guesses passwords is stopped, or slowed down, and keeps nobody else out. A proxy tells where they are. */
@ExtendWith(ProxiedMuster.Shared.class)
class SignInLimitsIT {
    private static final AtomicInteger NETWORKS = new AtomicInteger();
    private static final String RIGHT = "correct horse";
    private static final String NEW_PASSWORD = "{'password':'battery staple','currentPassword':'correct horse'}";

    private final ProxiedMuster muster;
    private final EmbeddedDatabase database;
    private final String home = network();
    private final String elsewhere = network();
    private final String email;

    SignInLimitsIT(ProxiedMuster muster) {
        this.muster = muster;
        database = muster.database();
        email = account();
    }

    @Test
    void whoFailsFromManyAddressesKeepsAnAccountOutOfThemButNotOfWhereItHasSignedIn() throws SQLException {
        signedIn(home);
        failed("account\n" + email, 90);

        var guesses = Client.atOnce(IntStream.range(0, 12)
                .<Callable<Answer>>mapToObj(guess -> () -> signIn(network(), email, "wrong"))
                .toList());

        assertThat(guesses).extracting(Answer::status).containsOnly(401, 429);
        assertThat(guesses).filteredOn(guess -> guess.status() == 401).hasSize(10);
        assertLockedOut(signIn(elsewhere, email, RIGHT));
        assertThat(signIn(home, email, RIGHT).status()).isEqualTo(201);
    }

    @Test
    void itsOwnFailuresKeepAnAccountOutOfWhereItHasSignedIn() throws SQLException {
        signedIn(home);
        failed("both\n" + email + "\n" + home, 10);

        assertLockedOut(signIn(home, email, RIGHT));
    }

    @Test
    void whereItHasNotSignedInForNinetyDaysAnAccountIsAStranger() throws SQLException {
        signedIn(home);
        failed("account\n" + email, 100);

        execute("UPDATE known_network SET used_at = now() - interval '91 days'" + ofAccount());
        assertLockedOut(signIn(home, email, RIGHT));
        execute("UPDATE known_network SET used_at = now() - interval '89 days'" + ofAccount());
        assertThat(signIn(home, email, RIGHT).status()).isEqualTo(201);
        assertThat(networks("used_at > now() - interval '1 hour'")).isOne();
    }

    @Test
    void anAccountIsKnownFromTheLastTwentyNetworks() throws SQLException {
        execute("""
                INSERT INTO known_network (user_id, network_hash, used_at)
                SELECT user_id, sha256(n::text::bytea), now() - make_interval(days => n)
                  FROM user_account
                 CROSS JOIN generate_series(1, 25) AS n\
                """ + ofAccount());

        signedIn(home);

        assertThat(networks("true")).isEqualTo(20);
        assertThat(networks("used_at > now() - interval '19.5 days'")).isEqualTo(20);
    }

    @Test
    void aSignInDeletesWhatHasExpiredOfOthers() throws SQLException {
        signedIn(home);
        execute("UPDATE known_network SET used_at = now() - interval '91 days'" + ofAccount());

        var other = account();
        assertThat(signIn(elsewhere, other, RIGHT).status()).isEqualTo(201);

        assertThat(networks("true")).isZero();
    }

    @Test
    void aNewPasswordByLinkLeavesOnlyTheNetworkWhereItIsSet() throws SQLException {
        signedIn(home);
        var token = Token.random();
        execute("""
                INSERT INTO account_token (token_hash, purpose, user_id, password_version, expires_at)
                SELECT decode('%s', 'hex'), 'reset', user_id, password_version, now() + interval '1 hour' FROM user_account\
                """.formatted(HexFormat.of().formatHex(token.hash())) + ofAccount());

        var reset = from(elsewhere)
                .post("/api/v1/new-passwords", "{'token':'%s','password':'battery staple'}".formatted(token.value()));

        assertThat(reset.status()).isEqualTo(204);
        failed("account\n" + email, 100);
        assertLockedOut(signIn(home, email, "battery staple"));
        assertThat(signIn(elsewhere, email, "battery staple").status()).isEqualTo(201);
    }

    @Test
    void anErasedAccountIsKnownNowhere() throws SQLException {
        var account = signedIn(home);
        var id = account.id();

        assertThat(account.delete("/api/v1/me").status()).isEqualTo(204);

        assertThat(count("SELECT count(*) FROM known_network WHERE user_id = '%s'".formatted(id)))
                .isZero();
    }

    @Test
    void whoIsSignedInAndGivesThePasswordAgainIsKeptOutElsewhereOnly() throws SQLException {
        var account = signedIn(home);
        failed("account\naccount\n" + account.id(), 100);

        assertLockedOut(account.with("X-Forwarded-For", elsewhere).patch("/api/v1/me", NEW_PASSWORD));
        assertThat(account.patch("/api/v1/me", NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void whoSignsInWithAnIdKeepsNobodyFromGivingThePasswordAgain() throws SQLException {
        var account = signedIn(home);
        var id = account.id().toString();
        failed("both\n" + id + "\n" + home, 9);

        assertThat(signIn(home, id, "wrong").status()).isEqualTo(401);
        assertLockedOut(signIn(home, id, "wrong"));
        assertThat(account.patch("/api/v1/me", NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void whoTriesManyAccountsIsSlowedDownAndAnAccountThatIsKnownThereIsNot() throws Exception {
        signedIn(home);
        var untouched = account();
        failed("address\n" + home, 199);
        assertThat(signIn(home, unknown(), "wrong").status()).isEqualTo(401);

        var executor = Executors.newFixedThreadPool(3);
        try {
            var began = System.nanoTime();
            var turns = Stream.<Callable<Answer>>of(
                            () -> signIn(home, unknown(), "wrong"),
                            () -> signIn(home, unknown(), "wrong"),
                            () -> signIn(home, untouched, RIGHT))
                    .map(executor::submit)
                    .toList();
            assertThat(signIn(home, email, RIGHT).status()).isEqualTo(201);
            assertThat(turns).anyMatch(turn -> !turn.isDone());

            assertThat(turns.get(0).get().status()).isEqualTo(401);
            assertThat(turns.get(1).get().status()).isEqualTo(401);
            assertThat(turns.get(2).get().status()).isEqualTo(201);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
        } finally {
            executor.shutdownNow();
        }
        await("the event", Duration.ofSeconds(10), () -> suspicions(home) > 0);
        assertThat(suspicions(home)).isOne();
    }

    /** How often the log says that a network has become suspect. */
    private long suspicions(String network) throws IOException {
        var event = Pattern.compile("address-suspected: account unknown, address " + Pattern.quote(network) + "\\b");
        try (var lines = Files.lines(muster.server().log())) {
            return lines.filter(event.asPredicate()).count();
        }
    }

    private static String network() {
        var number = NETWORKS.incrementAndGet();
        return "198.18.%d.%d".formatted(number / 256, number % 256);
    }

    private Client from(String network) {
        return muster.proxy().with("X-Forwarded-For", network);
    }

    private Answer signIn(String network, String name, String password) {
        return from(network).post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(name, password));
    }

    private Client signedIn(String network) {
        var session = signIn(network, email, RIGHT);
        assertThat(session.status()).isEqualTo(201);
        return from(network).with("Authorization", "Bearer " + session.string("token"));
    }

    private String account() {
        var address = unknown();
        assertThat(muster.proxy()
                        .post(
                                "/api/v1/users",
                                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}"
                                        .formatted(address))
                        .status())
                .isEqualTo(201);
        return address;
    }

    private static String unknown() {
        return "limits-" + UUID.randomUUID() + "@example.org";
    }

    private static void assertLockedOut(Answer answer) {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.string("limit")).isEqualTo("sign-in-failures");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 900);
    }

    private String ofAccount() {
        return " WHERE user_id = (SELECT user_id FROM user_account WHERE email = '%s')".formatted(email);
    }

    private int networks(String condition) throws SQLException {
        return count("SELECT count(*) FROM known_network" + ofAccount() + " AND " + condition);
    }

    /** As if so many sign-ins had failed of what is counted by this key. */
    private void failed(String key, int times) throws SQLException {
        execute("""
                INSERT INTO sign_in_failure (key, failures, resets_at)
                VALUES (sha256(convert_to('%s', 'UTF8')), %d, now() + interval '15 minutes')\
                """.formatted(key, times));
    }

    private void execute(String statement) throws SQLException {
        try (var connection = database.connect();
                var executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    private int count(String query) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
