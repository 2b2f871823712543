package org.muster.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.Server;

/** What operators do to accounts, on a server without mail. */
@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class OperatorAccountsIT {
    private static final String ACCOUNTS = "/api/v1/operator/accounts";

    private final Client nobody;
    private final Server server;
    private Client olga;
    private String email;

    OperatorAccountsIT(Client nobody, Server server) {
        this.nobody = nobody;
        this.server = server;
    }

    @BeforeAll
    void openOperatorsAccount() {
        olga = opened(RunningMuster.OPERATOR);
    }

    @BeforeEach
    void chooseAddress() {
        email = "account-" + UUID.randomUUID() + "@example.org";
    }

    @Test
    void accountsAreFoundByNameAndAddress() {
        var ann = opened(email);

        var byAddress = olga.get(ACCOUNTS + "?query=" + email.substring(0, 30).toUpperCase());
        var byName = olga.get(ACCOUNTS + "?query=" + "name%20of%20" + email.substring(0, 20));
        var none = olga.get(ACCOUNTS + "?query=%25" + email);

        assertThat(byAddress.items()).extracting(this::id).containsExactly(ann.id());
        assertThat(byName.items()).extracting(this::id).containsExactly(ann.id());
        assertThat(none.items()).isEmpty();
        var account = byAddress.items().get(0);
        assertThat(account.getString("email")).isEqualTo(email);
        assertThat(account.getBoolean("emailVerified")).isFalse();
        assertThat(account.getBoolean("hasPassword")).isTrue();
        assertThat(account.getBoolean("operator")).isFalse();
        assertThat(account.isNull("suspendedAt")).isTrue();
    }

    @Test
    void theListIsPagedTheNewestFirst() {
        var first = opened("first-" + email);
        var second = opened("second-" + email);

        var page = olga.get(ACCOUNTS + "?limit=1&query=" + email);
        var next = olga.get(ACCOUNTS + "?limit=1&query=" + email + "&cursor=" + page.string("next"));

        assertThat(page.items()).extracting(this::id).containsExactly(second.id());
        assertThat(next.items()).extracting(this::id).containsExactly(first.id());
        assertThat(next.json().isNull("next")).isTrue();
        assertThat(olga.get(ACCOUNTS + "?query=" + "a".repeat(300)).status()).isEqualTo(400);
    }

    @Test
    void aSuspendedAccountCannotBeUsedUntilItIsAllowedAgain() {
        var ann = opened(email);
        var path = ACCOUNTS + "/" + ann.id();
        var program = nobody.with(
                "Authorization",
                "Bearer "
                        + ann.post("/api/v1/me/tokens", "{'name':'Site','scopes':['read']}")
                                .string("token"));
        var calendar =
                "/api/v1/calendar/" + ann.post("/api/v1/me/calendar-token").string("token") + ".ics";

        var suspended = olga.post(path + "/suspend", "{'reason':'Spam'}");
        var again = olga.post(path + "/suspend", "{}");

        assertThat(suspended.json().isNull("suspendedAt")).isFalse();
        assertThat(again.json().getJsonArray("actions")).hasSize(1);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(program.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(nobody.get(calendar).status()).isEqualTo(404);
        assertThat(signIn(email, "wrong horse").status()).isEqualTo(401);
        var refused = signIn(email, "correct horse");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.string("type")).isEqualTo("/problems/account-suspended");

        var allowed = olga.post(path + "/unsuspend");

        assertThat(allowed.json().isNull("suspendedAt")).isTrue();
        assertThat(signIn(email, "correct horse").status()).isEqualTo(201);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(program.get("/api/v1/me").status()).isEqualTo(200);
        var actions = allowed.json().getJsonArray("actions").getValuesAs(JsonObject.class);
        assertThat(actions)
                .extracting(action -> action.getString("action"))
                .containsExactly("account.unsuspended", "account.suspended");
        assertThat(actions.get(1).getString("reason")).isEqualTo("Spam");
        assertThat(actions.get(1).getString("actorId")).isEqualTo(olga.id().toString());
    }

    @Test
    void operatorsDoNotSuspendThemselves() {
        assertThat(olga.post(ACCOUNTS + "/" + olga.id() + "/suspend", "{}").status())
                .isEqualTo(403);
        assertThat(olga.get("/api/v1/me").status()).isEqualTo(200);
    }

    /** Whoever finds an operator's browser cannot turn it off so. */
    @Test
    void operatorsDoNotRemoveTheirOwnSecondFactor() {
        assertThat(olga.post(ACCOUNTS + "/" + olga.id() + "/remove-second-factor")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aLinkToANewPasswordIsMadeWithoutMail() {
        var ann = opened(email);

        var link = olga.post(ACCOUNTS + "/" + ann.id() + "/reset-link");
        var token = link.string("url").replaceFirst(".*/#/reset/", "");
        var reset = nobody.post("/api/v1/new-passwords", "{'token':'" + token + "','password':'battery staple'}");

        assertThat(link.status()).isEqualTo(201);
        assertThat(link.header("Cache-Control")).isEqualTo("no-store");
        assertThat(link.string("url"))
                .startsWith(server.base().resolve("/#/reset/").toString());
        assertThat(reset.status()).isEqualTo(204);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(signIn(email, "battery staple").status()).isEqualTo(201);
        var account = olga.get(ACCOUNTS + "?query=" + email).items().get(0);
        assertThat(account.getBoolean("emailVerified")).isFalse();
        assertThat(olga.get(ACCOUNTS + "/" + account.getString("id"))
                        .json()
                        .getJsonArray("actions")
                        .getValuesAs(JsonObject.class))
                .extracting(action -> action.getString("action"))
                .containsExactly("account.reset-link-created");
    }

    @Test
    void othersSeeAndDoNothing() {
        var bob = opened(email);
        var path = ACCOUNTS + "/" + olga.id();

        assertThat(List.of(
                        bob.get(ACCOUNTS),
                        bob.get(path),
                        bob.post(path + "/suspend", "{}"),
                        bob.post(path + "/unsuspend"),
                        bob.post(path + "/reset-link"),
                        bob.post(path + "/remove-second-factor")))
                .extracting(Answer::status)
                .containsOnly(403);
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        var unknown = ACCOUNTS + "/" + UUID.randomUUID();

        assertThat(List.of(
                        olga.get(unknown),
                        olga.post(unknown + "/suspend", "{}"),
                        olga.post(unknown + "/unsuspend"),
                        olga.post(unknown + "/reset-link"),
                        olga.post(unknown + "/remove-second-factor")))
                .extracting(Answer::status)
                .containsOnly(404);
    }

    @Test
    void whatNeedsMailSaysSo() {
        var ann = opened(email);

        var answers = List.of(
                nobody.post("/api/v1/password-resets", "{'email':'" + email + "'}"),
                ann.post("/api/v1/me/email-verification"),
                ann.patch("/api/v1/me", "{'email':'new-" + email + "','currentPassword':'correct horse'}"));

        assertThat(answers).extracting(answer -> answer.string("type")).containsOnly("/problems/mail-unavailable");
        assertThat(answers).extracting(Answer::status).containsOnly(409);
        assertThat(nobody.get("/api/v1/server").json().getBoolean("mail")).isFalse();
    }

    private UUID id(JsonObject account) {
        return UUID.fromString(account.getString("id"));
    }

    private Client opened(String email) {
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Name of %s','zone':'UTC'}"
                        .formatted(email, email));
        return nobody.with(
                "Authorization", "Bearer " + signIn(email, "correct horse").string("token"));
    }

    private Answer signIn(String email, String password) {
        return nobody.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, password));
    }
}
