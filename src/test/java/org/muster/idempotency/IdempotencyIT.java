package org.muster.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class IdempotencyIT {
    private static final String GROUPS = "/api/v1/groups";

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final URI base;
    private final Client ann;

    IdempotencyIT(Client nobody, EmbeddedDatabase database, URI base) {
        this.nobody = nobody;
        this.database = database;
        this.base = base;
        ann = nobody.signedUp("Ann");
    }

    @Test
    void aRequestThatComesAgainIsAnsweredAgainAndDoesNothing() {
        var name = name();
        var keyed = keyed(ann);

        var first = keyed.post(GROUPS, group(name));
        var again = keyed.post(GROUPS, group(name));

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(groupsNamed(name)).isEqualTo(1);
    }

    @Test
    void aKeyMayBeQuoted() {
        var name = name();
        var key = UUID.randomUUID().toString();

        ann.with("Idempotency-Key", key).post(GROUPS, group(name));
        ann.with("Idempotency-Key", "\"" + key + "\"").post(GROUPS, group(name));

        assertThat(groupsNamed(name)).isEqualTo(1);
    }

    @Test
    void aKeyBelongsToOneRequestOfOneUser() {
        var key = UUID.randomUUID().toString();
        var annsGroup = ann.with("Idempotency-Key", key).post(GROUPS, group(name()));

        var other = ann.with("Idempotency-Key", key).post(GROUPS, group(name()));
        var elsewhere = ann.with("Idempotency-Key", key).post(GROUPS + "/" + annsGroup.id() + "/archive");
        var bobs = nobody.signedUp("Bob").with("Idempotency-Key", key).post(GROUPS, group(name()));

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.string("type")).isEqualTo("/problems/idempotency-mismatch");
        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(bobs.status()).isEqualTo(201);
    }

    @Test
    void whatFailedMayBeTriedAgain() {
        var keyed = keyed(ann);
        var name = name();

        assertThat(keyed.post(GROUPS, "{'name':''}").status()).isEqualTo(422);
        assertThat(keyed.post(GROUPS, group(name)).status()).isEqualTo(201);
    }

    @Test
    void keysThatMakeNoSenseAreRefused() {
        for (var key : new String[] {"", "\"\"", "with space", "x".repeat(201)}) {
            assertThat(ann.with("Idempotency-Key", key)
                            .post(GROUPS, group(name()))
                            .status())
                    .as(key)
                    .isEqualTo(400);
        }
    }

    @Test
    void requestsAtTheSameTimeActOnce() {
        var name = name();
        var keyed = keyed(ann);

        var answers = Client.atOnce(Collections.nCopies(32, (Callable<Answer>) () -> keyed.post(GROUPS, group(name))));

        assertThat(groupsNamed(name)).isEqualTo(1);
        var ids = answers.stream()
                .filter(answer -> answer.status() == 201)
                .map(Answer::id)
                .distinct()
                .toList();
        assertThat(ids).hasSize(1);
        assertThat(answers)
                .allMatch(answer -> answer.status() == 201
                        || answer.status() == 409 && answer.string("type").equals("/problems/idempotency-in-flight"));
    }

    @Test
    void whoLosesTheAnswerAsksAgain() throws IOException {
        var names = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            var name = name();
            names.add(name);
            var key = UUID.randomUUID().toString();
            hangUpBeforeTheAnswer(key, group(name).replace('\'', '"'), i);
            var keyed = ann.with("Idempotency-Key", key);
            Answer answer;
            do {
                answer = keyed.post(GROUPS, group(name));
            } while (answer.status() == 409);

            assertThat(answer.status()).isEqualTo(201);
        }

        assertThat(names).allMatch(name -> groupsNamed(name) == 1);
    }

    @Test
    void accountsAndSessionsToo() {
        var keyed = keyed(nobody);
        var email = UUID.randomUUID() + "@example.org";
        var account = "{'email':'%s','password':'correct horse','displayName':'Eve','zone':'UTC'}".formatted(email);
        var signIn = "{'email':'%s','password':'correct horse'}".formatted(email);

        assertThat(keyed.post("/api/v1/users", account).status()).isEqualTo(201);
        assertThat(keyed.post("/api/v1/users", account).status()).isEqualTo(201);
        var other = keyed(nobody);
        var session = other.post("/api/v1/sessions", signIn);
        assertThat(other.post("/api/v1/sessions", signIn).json()).isEqualTo(session.json());
    }

    @Test
    void nothingSecretIsKeptInTheClear() throws Exception {
        var key = UUID.randomUUID().toString();
        var token = ann.with("Idempotency-Key", key)
                .post("/api/v1/me/tokens", "{'name':'x','scopes':['read']}")
                .string("token");

        try (var connection = database.connect();
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT encode(key_hash, 'escape') || encode(fingerprint, 'escape')"
                                + " || encode(answer, 'escape') FROM idempotency_key")) {
            while (rows.next()) {
                assertThat(rows.getString(1)).doesNotContain(key, token);
            }
        }
    }

    private void hangUpBeforeTheAnswer(String key, String body, int millis) throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            var token = ann.header("Authorization");
            socket.getOutputStream()
                    .write(("POST " + GROUPS + " HTTP/1.1\r\nHost: muster\r\nContent-Type: application/json\r\n"
                                    + "Authorization: " + token + "\r\nIdempotency-Key: " + key + "\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.setSoTimeout(Math.max(1, millis));
            socket.setSoLinger(true, 0);
            try {
                socket.getInputStream().read();
            } catch (IOException noAnswerYet) {
                // That is what was wanted.
            }
        }
    }

    private int groupsNamed(String name) {
        try (var connection = database.connect();
                var statement = connection.prepareStatement("SELECT count(*) FROM user_group WHERE name = ?")) {
            statement.setString(1, name);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (java.sql.SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Client keyed(Client client) {
        return client.with("Idempotency-Key", UUID.randomUUID().toString());
    }

    private static String name() {
        return "Once " + UUID.randomUUID();
    }

    private static String group(String name) {
        return "{'name':'" + name + "','zone':'UTC'}";
    }
}
