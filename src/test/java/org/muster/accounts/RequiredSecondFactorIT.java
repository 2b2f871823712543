package org.muster.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** A server that requires a second factor, with the database of the shared one, which does not. */
@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class RequiredSecondFactorIT {
    private static final String SECOND_FACTOR = "/api/v1/me/second-factor";

    private final EmbeddedDatabase database;
    private final String email = "required-" + UUID.randomUUID() + "@example.org";
    private Server server;
    private Client nobody;

    RequiredSecondFactorIT(EmbeddedDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void start() {
        var variables = new HashMap<>(RunningMuster.environment(database));
        variables.putAll(Map.of("MUSTER_SECOND_FACTOR", "required", "MUSTER_OPERATORS", email));
        server = Server.start(variables);
        server.awaitReady(Duration.ofMinutes(3));
        nobody = Client.anonymous(server.base());
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}".formatted(email));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whoHasNoneCanOnlySetItUp() {
        var ann = signedIn("");

        assertThat(ann.get("/api/v1/me").json().getBoolean("secondFactorRequired"))
                .isTrue();
        var refused = List.of(
                ann.get("/api/v1/groups"),
                ann.get("/api/v1/me/groups"),
                ann.get("/api/v1/me/export"),
                ann.get("/api/v1/operator/database"),
                ann.post("/api/v1/groups", "{'name':'Rowers','zone':'UTC','joinPolicy':'open','visibility':'public'}"),
                ann.patch("/api/v1/me", "{'displayName':'Bob'}"),
                ann.post("/api/v1/me/tokens", "{'name':'Site','scopes':['read']}"),
                ann.delete("/api/v1/me/sessions"),
                ann.delete("/api/v1/me"));
        assertThat(refused).extracting(Answer::status).containsOnly(403);
        assertThat(refused)
                .extracting(answer -> answer.string("type"))
                .containsOnly("/problems/second-factor-setup-required");

        var authenticator = Authenticator.of(
                ann.post(SECOND_FACTOR, "{'currentPassword':'correct horse'}").string("secret"));
        var confirmed = ann.post(SECOND_FACTOR + "/confirm", "{'code':'%s'}".formatted(authenticator.code()));

        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/me/groups").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/operator/database").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/me").json()).doesNotContainKey("secondFactorRequired");
        assertThat(ann.get(SECOND_FACTOR).json().getBoolean("required")).isTrue();

        var again = signedIn(confirmed.json().getJsonArray("recoveryCodes").getString(0));
        assertThat(again.get("/api/v1/me/groups").status()).isEqualTo(200);
        var disabled = again.post(
                SECOND_FACTOR + "/disable",
                "{'currentPassword':'correct horse','code':'%s'}"
                        .formatted(
                                confirmed.json().getJsonArray("recoveryCodes").getString(1)));

        assertThat(disabled.status()).isEqualTo(204);
        assertThat(again.get("/api/v1/me/groups").status()).isEqualTo(403);
        assertThat(again.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(again.delete("/api/v1/sessions").status()).isEqualTo(204);
    }

    private Client signedIn(String code) {
        var session = nobody.post(
                "/api/v1/sessions", "{'email':'%s','password':'correct horse','code':'%s'}".formatted(email, code));
        assertThat(session.status()).isEqualTo(201);
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }
}
