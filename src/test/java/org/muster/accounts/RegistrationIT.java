package org.muster.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Who may open an account: the shared server lets everybody, others on its database are asked too. */
@ExtendWith(RunningMuster.class)
class RegistrationIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client olga;
    private final String group;

    RegistrationIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        olga = nobody.signedUp("Olga");
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Rowers','zone':'UTC','joinPolicy':'invite','visibility':'private'}")
                        .id();
    }

    @Test
    void anAccountAndAMembershipAreOpenedTogether() {
        var token = invitation("{}");
        var email = address();

        var opened = nobody.post("/api/v1/users", account(email, token));
        var spent = nobody.post("/api/v1/users", account(address(), token));

        assertThat(opened.status()).isEqualTo(201);
        assertThat(signedIn(nobody, email).get(group).status()).isEqualTo(200);
        assertThat(spent.status()).isEqualTo(409);
        assertThat(spent.string("type")).isEqualTo("/problems/invitation-spent");
    }

    @Test
    void anInvitationThatCannotBeUsedOpensNothing() {
        var unknown = address();
        var revoked = address();
        var invitation = olga.post(group + "/invitations", "{}");
        olga.delete(group + "/invitations/" + invitation.id());

        var answers = List.of(
                nobody.post("/api/v1/users", account(unknown, "x".repeat(43))),
                nobody.post("/api/v1/users", account(revoked, invitation.string("token"))));

        assertThat(answers).extracting(Answer::status).containsOnly(409);
        assertThat(Stream.of(unknown, revoked)
                        .map(email -> signIn(nobody, email).status()))
                .containsOnly(401);
    }

    @Test
    void whoseAddressIsTakenUsesNoInvitation() {
        var token = invitation("{}");
        var email = address();
        nobody.post("/api/v1/users", account(email, ""));

        assertThat(nobody.post("/api/v1/users", account(email, token)).string("type"))
                .isEqualTo("/problems/email-taken");
        assertThat(nobody.post("/api/v1/users", account(address(), token)).status())
                .isEqualTo(201);
    }

    @Test
    void asManyAccountsAreOpenedAtOnceAsTheInvitationIsGoodFor() {
        var token = invitation("{'max':3}");
        Callable<Answer> open = () -> nobody.post("/api/v1/users", account(address(), token));

        var answers = Client.atOnce(Stream.generate(() -> open).limit(6).toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201, 409);
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(3);
        assertThat(olga.get(group + "/members").items()).hasSize(4);
    }

    @Test
    void anInvitationIsNeededWhereOnlyTheInvitedMay() {
        try (var server = server("invited")) {
            var there = Client.anonymous(server.base());
            var email = address();

            var uninvited = there.post("/api/v1/users", account(address(), ""));
            var invited = there.post("/api/v1/users", account(email, invitation("{}")));

            assertThat(uninvited.status()).isEqualTo(403);
            assertThat(uninvited.string("type")).isEqualTo("/problems/registration-closed");
            assertThat(uninvited.string("detail")).contains("invitation");
            assertThat(invited.status()).isEqualTo(201);
            assertThat(signedIn(there, email).get(group).status()).isEqualTo(200);
            assertThat(there.get("/api/v1/server").string("registration")).isEqualTo("invited");
        }
    }

    @Test
    void nobodyMayWhereItIsClosed() {
        try (var server = server("closed")) {
            var there = Client.anonymous(server.base());

            var refused = there.post("/api/v1/users", account(address(), invitation("{}")));

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.string("type")).isEqualTo("/problems/registration-closed");
            assertThat(refused.string("detail")).contains("operator");
            assertThat(olga.at(server.base()).get("/api/v1/me").status()).isEqualTo(200);
        }
    }

    @Test
    void everybodyIsToldWhatTheServerOffers() {
        var server = nobody.with("Authorization", "Bearer ended").get("/api/v1/server");

        assertThat(server.status()).isEqualTo(200);
        assertThat(server.string("registration")).isEqualTo("open");
        assertThat(server.header("Cache-Control")).isEqualTo("public, max-age=60");
    }

    private Server server(String registration) {
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put("MUSTER_REGISTRATION", registration);
        var server = Server.start(environment);
        server.awaitReady(Duration.ofMinutes(3));
        return server;
    }

    private String invitation(String terms) {
        return olga.post(group + "/invitations", terms).string("token");
    }

    private static Client signedIn(Client anybody, String email) {
        return anybody.with("Authorization", "Bearer " + signIn(anybody, email).string("token"));
    }

    private static Answer signIn(Client anybody, String email) {
        return anybody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
    }

    private static String account(String email, String invitation) {
        return "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC','invitation':'%s'}"
                .formatted(email, invitation);
    }

    private static String address() {
        return "registration-" + UUID.randomUUID() + "@example.org";
    }
}
