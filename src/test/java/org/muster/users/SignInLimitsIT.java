package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.ProxiedMuster;
import org.muster.run.EmbeddedDatabase;

/** Who guesses passwords is stopped, and keeps nobody else out. A proxy tells where they are. */
@ExtendWith(ProxiedMuster.Shared.class)
class SignInLimitsIT {
    private static final AtomicInteger NETWORKS = new AtomicInteger();
    private static final String RIGHT = "correct horse";
    private static final String NEW_PASSWORD = "{'password':'battery staple','currentPassword':'correct horse'}";

    private final ProxiedMuster muster;
    private final EmbeddedDatabase database;
    private final String home = network();
    private final String email;

    SignInLimitsIT(ProxiedMuster muster) {
        this.muster = muster;
        database = muster.database();
        email = account();
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
}
