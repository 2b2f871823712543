package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;

@ExtendWith(RunningMuster.class)
class AccessTokensIT {
    private static final String GROUP = "{'name':'Made by a program','zone':'UTC'}";

    private final Client nobody;
    private final Client ann;

    AccessTokensIT(Client nobody) {
        this.nobody = nobody;
        ann = nobody.signedUp("Ann");
    }

    @Test
    void aProgramMayDoWhatItsTokenAllows() {
        var reading = program(made("'read'"));
        var writing = program(made("'write'"));
        var both = program(made("'read','write'"));

        assertThat(reading.get("/api/v1/me").status()).isEqualTo(200);
        var refused = reading.post("/api/v1/groups", GROUP);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.string("type")).isEqualTo("/problems/forbidden");
        assertThat(refused.header("WWW-Authenticate")).contains("insufficient_scope", "scope=\"write\"");
        assertThat(writing.get("/api/v1/me").status()).isEqualTo(403);
        assertThat(writing.post("/api/v1/groups", GROUP).status()).isEqualTo(201);
        assertThat(both.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(both.post("/api/v1/groups", GROUP).status()).isEqualTo(201);
    }

    @Test
    void aProgramDoesNotBecomeItsOwner() {
        var made = made("'read','write'");
        var program = program(made);

        assertThat(program.post("/api/v1/me/tokens", "{'name':'more','scopes':['read']}")
                        .status())
                .isEqualTo(403);
        assertThat(program.delete("/api/v1/me/tokens").status()).isEqualTo(403);
        assertThat(program.delete("/api/v1/me").status()).isEqualTo(403);
        assertThat(program.delete("/api/v1/me/tokens/" + made.id()).status()).isEqualTo(403);
        assertThat(program.delete("/api/v1/sessions").status()).isEqualTo(403);
        assertThat(program.patch("/api/v1/me", "{'password':'another one','currentPassword':'correct horse'}")
                        .status())
                .isEqualTo(403);
        assertThat(program.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void theSecretIsShownOnce() {
        var made = made("'read'");

        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.string("token")).hasSize(43);
        var listed = ann.get("/api/v1/me/tokens");
        assertThat(listed.body()).doesNotContain(made.string("token"));
        assertThat(listed.items().get(0).getString("id")).isEqualTo(made.string("id"));
        assertThat(listed.items().get(0).getJsonArray("scopes").getString(0)).isEqualTo("read");
    }

    @Test
    void tokensAreRevokedOneByOneOrAllAtOnce() {
        var one = made("'read'");
        var other = made("'read'");
        var third = made("'read'");

        assertThat(ann.delete("/api/v1/me/tokens/" + one.id()).status()).isEqualTo(204);
        assertThat(ann.delete("/api/v1/me/tokens/" + one.id()).status()).isEqualTo(404);
        assertThat(program(one).get("/api/v1/me").status()).isEqualTo(401);
        assertThat(program(other).get("/api/v1/me").status()).isEqualTo(200);
        assertThat(nobody.signedUp("Bob")
                        .delete("/api/v1/me/tokens/" + other.id())
                        .status())
                .isEqualTo(404);

        assertThat(ann.delete("/api/v1/me/tokens").status()).isEqualTo(204);
        assertThat(program(third).get("/api/v1/me").status()).isEqualTo(401);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/me/tokens").items()).isEmpty();
    }

    @Test
    void aNewPasswordEndsThem() {
        var program = program(made("'read'"));

        ann.patch("/api/v1/me", "{'password':'another horse','currentPassword':'correct horse'}");

        assertThat(program.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void badWishesAreRefused() {
        for (var body : new String[] {
            "{'scopes':['read']}",
            "{'name':'x'}",
            "{'name':'x','scopes':[]}",
            "{'name':'x','scopes':['admin']}",
            "{'name':'x','scopes':'read'}",
            "{'name':'x','scopes':[1]}",
            "{'name':'x','scopes':['read'],'expiresAt':'2020-01-01T00:00:00Z'}",
            "{'name':'x','scopes':['read'],'expiresAt':'2099-01-01T00:00:00Z'}"
        }) {
            assertThat(ann.post("/api/v1/me/tokens", body).status()).as(body).isEqualTo(422);
        }
        assertThat(ann.get("/api/v1/me/tokens").items()).isEmpty();
        assertThat(nobody.get("/api/v1/me/tokens").status()).isEqualTo(401);
    }

    @Test
    void whoGuessesPasswordsIsStoppedAndSoIsWhoeverGuessesAnAccountThatDoesNotExist() {
        var email = "bea-" + UUID.randomUUID() + "@example.org";
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Bea','zone':'UTC'}".formatted(email));

        for (var account : new String[] {email, "none-" + UUID.randomUUID() + "@example.org"}) {
            for (var i = 0; i < 10; i++) {
                assertThat(signIn(account, "wrong").status()).isEqualTo(401);
            }
            var stopped = signIn(account.toUpperCase(java.util.Locale.ROOT), "correct horse");
            assertThat(stopped.status()).isEqualTo(429);
            assertThat(stopped.string("type")).isEqualTo("/problems/too-many-requests");
            assertThat(Integer.parseInt(stopped.header("Retry-After"))).isBetween(1, 900);
        }
        assertThat(nobody.signedUp("Cid").get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void whoGuessesManyPasswordsAtOnceIsToldOfTenOnly() {
        var email = "eve-" + UUID.randomUUID() + "@example.org";

        var answers = Client.atOnce(IntStream.range(0, 16)
                .<Callable<Answer>>mapToObj(number -> () -> signIn(email, "wrong"))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(401, 429);
        assertThat(answers).filteredOn(answer -> answer.status() == 401).hasSize(10);
    }

    @Test
    void whoSignsInManyTimesAtOnceIsLetIn() {
        var email = "fay-" + UUID.randomUUID() + "@example.org";
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Fay','zone':'UTC'}".formatted(email));

        var answers = Client.atOnce(IntStream.range(0, 16)
                .<Callable<Answer>>mapToObj(number -> () -> signIn(email, "correct horse"))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201);
    }

    @Test
    void thereAreNoMoreThanFiftyAlsoOfThoseThatAreMadeAtOnce() {
        for (var i = 0; i < 45; i++) {
            made("'read'");
        }

        var answers = Client.atOnce(IntStream.range(0, 16)
                .<Callable<Answer>>mapToObj(number -> () -> made("'read'"))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201, 409);
        assertThat(ann.get("/api/v1/me/tokens?limit=100").items()).hasSize(50);
    }

    @Test
    void whoSucceedsIsForgiven() {
        var email = "dan-" + UUID.randomUUID() + "@example.org";
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Dan','zone':'UTC'}".formatted(email));

        for (var round = 0; round < 3; round++) {
            for (var i = 0; i < 5; i++) {
                assertThat(signIn(email, "wrong").status()).isEqualTo(401);
            }
            assertThat(signIn(email, "correct horse").status()).isEqualTo(201);
        }
    }

    private Answer made(String scopes) {
        return ann.post("/api/v1/me/tokens", "{'name':'Program','scopes':[" + scopes + "]}");
    }

    private Client program(Answer made) {
        return nobody.with("Authorization", "Bearer " + made.string("token"));
    }

    private Answer signIn(String email, String password) {
        return nobody.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, password));
    }
}
