package org.muster.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Who may open an account, and what else is configured: on the shared server, and on two others with its database. */
@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class RegistrationIT {
    private static final Duration START = Duration.ofMinutes(3);

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client olga;
    private final String group;
    private Server invited;
    private Server closed;

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

    @BeforeAll
    void startOthers() throws SQLException {
        execute("""
                INSERT INTO account_request (kind, email_key, created_at)
                VALUES ('reset', 'ann@example.org', now() - interval '2 days')
                """);
        invited = server(Map.of(
                "MUSTER_REGISTRATION", "invited", "MUSTER_OPERATORS", olga.id().toString()));
        closed = server(Map.of(
                "MUSTER_REGISTRATION", "closed",
                "OIDC_ISSUER", "http://localhost:1/club",
                "OIDC_CLIENT_ID", "muster",
                "OIDC_CLIENT_SECRET", "secret"));
        invited.awaitReady(START);
        closed.awaitReady(START);
    }

    @AfterAll
    void stopOthers() {
        invited.close();
        closed.close();
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
        var before = olga.get(group + "/members").items().size();
        Callable<Answer> open = () -> nobody.post("/api/v1/users", account(address(), token));

        var answers = Client.atOnce(Stream.generate(() -> open).limit(6).toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201, 409);
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(3);
        assertThat(olga.get(group + "/members").items()).hasSize(before + 3);
    }

    @Test
    void anInvitationIsNeededWhereOnlyTheInvitedMay() {
        var there = Client.anonymous(invited.base());
        var email = address();

        var refused = there.post("/api/v1/users", account(address(), ""));
        var opened = there.post("/api/v1/users", account(email, invitation("{}")));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.string("type")).isEqualTo("/problems/registration-closed");
        assertThat(refused.string("detail")).contains("invitation");
        assertThat(opened.status()).isEqualTo(201);
        assertThat(signedIn(there, email).get(group).status()).isEqualTo(200);
        assertThat(there.get("/api/v1/server").string("registration")).isEqualTo("invited");
    }

    @Test
    void nobodyMayWhereItIsClosed() {
        var there = Client.anonymous(closed.base());

        var refused = there.post("/api/v1/users", account(address(), invitation("{}")));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.string("type")).isEqualTo("/problems/registration-closed");
        assertThat(refused.string("detail")).contains("operator");
        assertThat(olga.at(closed.base()).get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void aProviderThatIsDownKeepsNobodyOut() {
        var down = Client.anonymous(closed.base()).post("/api/v1/sessions/provider", "{}");

        assertThat(down.status()).isEqualTo(503);
        assertThat(down.string("type")).isEqualTo("/problems/provider-unavailable");
        assertThat(down.header("Retry-After")).isEqualTo("10");
        assertThat(olga.at(closed.base()).get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void anOperatorMayBeNamedById() {
        var bob = nobody.signedUp("Bob");

        assertThat(olga.at(invited.base()).get("/api/v1/operator/accounts").status())
                .isEqualTo(200);
        assertThat(bob.at(invited.base()).get("/api/v1/operator/accounts").status())
                .isEqualTo(403);
    }

    @Test
    void whatWasAskedForLongAgoIsForgottenWhereNoMailIsSent() {
        await("the request to be forgotten", Duration.ofSeconds(20), () -> requests() == 0);
    }

    @Test
    void everybodyIsToldWhatTheServerOffers() {
        var server = nobody.with("Authorization", "Bearer ended").get("/api/v1/server");

        assertThat(server.status()).isEqualTo(200);
        assertThat(server.string("registration")).isEqualTo("open");
        assertThat(server.json().getBoolean("offlineCopies")).isTrue();
        assertThat(server.header("Cache-Control")).isEqualTo("public, max-age=60");
    }

    private Server server(Map<String, String> more) {
        var variables = new HashMap<>(RunningMuster.environment(database));
        variables.putAll(more);
        return Server.start(variables);
    }

    private void execute(String statement) throws SQLException {
        try (var connection = database.connect();
                var statements = connection.createStatement()) {
            statements.execute(statement);
        }
    }

    private int requests() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM account_request")) {
            rows.next();
            return rows.getInt(1);
        }
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
