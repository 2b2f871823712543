package org.muster.groups;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class InvitationsIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client olga;
    private final Client bob;

    InvitationsIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        olga = nobody.signedUp("Olga");
        bob = nobody.signedUp("Bob");
    }

    @Test
    void anInvitationLetsSomebodyIntoAHiddenGroupThatTakesNobodyElse() {
        var group = group("invite", "private");

        var invitation = olga.post(group + "/invitations", "{'note':'For Bob'}");
        var accepted = accept(bob, invitation);

        assertThat(invitation.status()).isEqualTo(201);
        assertThat(invitation.header("Cache-Control")).isEqualTo("no-store");
        assertThat(invitation.header("Location")).endsWith(group + "/invitations/" + invitation.id());
        assertThat(invitation.string("token")).matches("[A-Za-z0-9_-]{43}");
        assertThat(invitation.string("state")).isEqualTo("open");
        assertThat(invitation.string("role")).isEqualTo("member");
        assertThat(invitation.json().getInt("max")).isEqualTo(1);
        assertThat(invitation.json().getInt("used")).isZero();
        assertThat(invitation.string("createdBy")).isEqualTo(olga.id().toString());
        assertThat(Instant.parse(invitation.string("expiresAt")))
                .isBetween(
                        Instant.now().plus(Duration.ofDays(13)), Instant.now().plus(Duration.ofDays(14)));
        assertThat(accepted.status()).isEqualTo(201);
        assertThat(accepted.json().getJsonObject("group"))
                .isEqualTo(bob.get(group).json());
        assertThat(accepted.json().getJsonObject("membership").getString("state"))
                .isEqualTo("active");
        assertThat(accepted.json().getJsonObject("membership").getString("userId"))
                .isEqualTo(bob.id().toString());
        assertThat(bob.get(group + "/members").items()).hasSize(2);
    }

    @Test
    void whoeverHasTheTokenSeesToWhatItInvitesAndWhoDoes() {
        var group = group("invite", "private");
        var token = olga.post(group + "/invitations", "{'note':'For Bob'}").string("token");

        var offer = nobody.get("/api/v1/invitations/" + token);

        assertThat(offer.status()).isEqualTo(200);
        assertThat(offer.json()).containsOnlyKeys("group", "invitedBy", "role", "expiresAt");
        assertThat(offer.json().getJsonObject("group"))
                .isEqualTo(olga.get(group).json());
        assertThat(offer.string("invitedBy")).isEqualTo("Olga");
        assertThat(offer.string("role")).isEqualTo("member");
        assertThat(bob.get("/api/v1/invitations/" + token).json()).isEqualTo(offer.json());
        assertThat(nobody.get("/api/v1/invitations/" + "x".repeat(43)).status()).isEqualTo(404);
    }

    @Test
    void whatCannotBeAcceptedOffersNothing() {
        var group = group("invite", "private");
        var revoked = olga.post(group + "/invitations", "{}");
        var used = olga.post(group + "/invitations", "{}");
        var left = olga.post(group + "/invitations", "{}");
        olga.delete(group + "/invitations/" + revoked.id());
        accept(bob, used);

        assertThat(List.of(offer(revoked), offer(used))).containsOnly("/problems/invitation-spent");
        assertThat(olga.post(group + "/archive").status()).isEqualTo(200);
        assertThat(offer(left)).isEqualTo("/problems/group-archived");
    }

    private String offer(Client.Answer invitation) {
        return nobody.get("/api/v1/invitations/" + invitation.string("token")).string("type");
    }

    @Test
    void anInvitationIsGoodForAsManyAsItSays() {
        var group = group("request", "public");
        var invitation = olga.post(group + "/invitations", "{'max':2}");

        var first = accept(nobody.signedUp("Ann"), invitation);
        var second = accept(bob, invitation);
        var third = accept(nobody.signedUp("Cleo"), invitation);

        assertThat(List.of(first.status(), second.status())).containsOnly(201);
        assertThat(third.status()).isEqualTo(409);
        assertThat(third.string("type")).isEqualTo("/problems/invitation-spent");
        assertThat(listed(group).getString("state")).isEqualTo("spent");
    }

    @Test
    void whoIsAMemberUsesNothing() {
        var group = group("open", "public");
        var invitation = olga.post(group + "/invitations", "{}");
        accept(bob, invitation);

        var again = accept(bob, invitation);
        var owner = accept(olga, invitation);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().getJsonObject("membership").getString("role")).isEqualTo("member");
        assertThat(owner.status()).isEqualTo(200);
        assertThat(owner.json().getJsonObject("membership").getString("role")).isEqualTo("owner");
        assertThat(listed(group).getInt("used")).isEqualTo(1);
    }

    @Test
    void aRequestToJoinBecomesAMembership() {
        var group = group("request", "public");
        bob.put(group + "/members/me");

        var accepted = accept(bob, olga.post(group + "/invitations", "{}"));

        assertThat(accepted.status()).isEqualTo(201);
        assertThat(olga.get(group + "/members?state=requested").items()).isEmpty();
        assertThat(bob.get(group + "/members").items()).hasSize(2);
    }

    @Test
    void whoIsBannedStaysOut() {
        var group = group("open", "public");
        var invitation = olga.post(group + "/invitations", "{}");
        bob.put(group + "/members/me");
        olga.patch(group + "/members/" + bob.id(), "{'state':'banned'}");

        var refused = accept(bob, invitation);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.string("type")).isEqualTo("/problems/banned");
        assertThat(listed(group).getInt("used")).isZero();
    }

    @Test
    void whatIsRevokedCannotBeUsed() {
        var group = group("invite", "public");
        var invitation = olga.post(group + "/invitations", "{'max':5}");
        accept(bob, invitation);
        var path = group + "/invitations/" + invitation.id();

        assertThat(olga.delete(path).status()).isEqualTo(204);
        assertThat(olga.delete(path).status()).isEqualTo(204);

        assertThat(accept(nobody.signedUp("Cleo"), invitation).string("type")).isEqualTo("/problems/invitation-spent");
        assertThat(bob.get(group + "/members").status()).isEqualTo(200);
        assertThat(listed(group).getString("state")).isEqualTo("revoked");
        assertThat(olga.delete(group + "/invitations/" + UUID.randomUUID()).status())
                .isEqualTo(404);
    }

    @Test
    void whatHasExpiredCannotBeUsed() throws Exception {
        var group = group("invite", "public");
        var invitation = olga.post(group + "/invitations", "{}");
        try (var connection = database.connect();
                var expire = connection.prepareStatement(
                        "UPDATE invitation SET expires_at = now() WHERE invitation_id = ?")) {
            expire.setObject(1, invitation.id());
            assertThat(expire.executeUpdate()).isEqualTo(1);
        }

        assertThat(accept(bob, invitation).string("type")).isEqualTo("/problems/invitation-spent");
        assertThat(listed(group).getString("state")).isEqualTo("expired");
    }

    @Test
    void aTokenThatNobodyMadeLeadsNowhere() {
        assertThat(bob.post("/api/v1/invitations/qM3v0yJx8Jt1sSg0n8b6u2cQ4rYw5dLkZpHfT7aEoXI/accept")
                        .status())
                .isEqualTo(404);
        assertThat(nobody.post("/api/v1/invitations/x/accept").status()).isEqualTo(401);
    }

    @Test
    void onlyOrganizersInviteAndOnlyOwnersInviteOrganizers() {
        var group = group("open", "public");
        var ann = nobody.signedUp("Ann");
        var member = nobody.signedUp("Cleo");
        member.put(group + "/members/me");

        var organizers = olga.post(group + "/invitations", "{'role':'organizer'}");
        assertThat(accept(ann, organizers).json().getJsonObject("membership").getString("role"))
                .isEqualTo("organizer");

        assertThat(ann.post(group + "/invitations", "{}").status()).isEqualTo(201);
        assertThat(ann.post(group + "/invitations", "{'role':'organizer'}").status())
                .isEqualTo(403);
        assertThat(olga.post(group + "/invitations", "{'role':'owner'}").status())
                .isEqualTo(422);
        assertThat(member.post(group + "/invitations", "{}").status()).isEqualTo(403);
        assertThat(member.get(group + "/invitations").status()).isEqualTo(403);
        assertThat(nobody.get(group + "/invitations").status()).isEqualTo(401);
        assertThat(member.delete(group + "/invitations/" + organizers.id()).status())
                .isEqualTo(403);
        assertThat(bob.get(group("open", "private") + "/invitations").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ban", "remove", "leave", "demote"})
    void whatAMemberMadeEndsWithTheirRole(String end) {
        var group = group("invite", "private");
        accept(bob, olga.post(group + "/invitations", "{'role':'organizer'}"));
        var member = group + "/members/" + bob.id();
        olga.patch(member, "{'role':'owner'}");
        var organizer = bob.post(group + "/invitations", "{'role':'organizer'}");
        var plain = bob.post(group + "/invitations", "{}");

        switch (end) {
            case "ban" -> olga.patch(member, "{'state':'banned'}");
            case "remove" -> olga.delete(member);
            case "leave" -> bob.delete(group + "/members/me");
            default -> olga.patch(member, "{'role':'organizer'}");
        }

        assertThat(accept(nobody.signedUp("Ann"), organizer).string("type")).isEqualTo("/problems/invitation-spent");
        assertThat(accept(nobody.signedUp("Cleo"), plain).status()).isEqualTo(end.equals("demote") ? 201 : 409);
        assertThat(olga.get(group + "/invitations").items())
                .filteredOn(invitation -> invitation.getString("id").equals(organizer.string("id")))
                .extracting(invitation -> invitation.getString("state"))
                .containsExactly("revoked");
    }

    @Test
    void nonsenseIsRefused() {
        var group = group("open", "public");

        for (var body : List.of(
                "{'max':0}",
                "{'max':1001}",
                "{'max':1.5}",
                "{'expiresAt':'2001-01-01T00:00:00Z'}",
                "{'expiresAt':'2099-01-01T00:00:00Z'}",
                "{'expiresAt':'soon'}",
                "{'role':'king'}",
                "{'note':'two\\nlines'}",
                "{'token':'mine'}")) {
            var answer = olga.post(group + "/invitations", body);

            assertThat(answer.status()).as(body).isEqualTo(422);
            assertThat(answer.string("type")).isEqualTo("/problems/validation");
        }
        assertThat(olga.get(group + "/invitations").items()).isEmpty();
    }

    @Test
    void inAnArchivedGroupNobodyInvitesOrAccepts() {
        var group = group("open", "public");
        var invitation = olga.post(group + "/invitations", "{}");
        olga.post(group + "/archive");

        assertThat(olga.post(group + "/invitations", "{}").string("type")).isEqualTo("/problems/group-archived");
        assertThat(olga.delete(group + "/invitations/" + invitation.id()).status())
                .isEqualTo(409);
        assertThat(accept(bob, invitation).string("type")).isEqualTo("/problems/group-archived");
        assertThat(olga.get(group + "/invitations").items()).hasSize(1);
    }

    @Test
    void theListIsPagedTheNewestFirstAndShowsNoTokens() {
        var group = group("open", "public");
        var made = IntStream.range(0, 5)
                .mapToObj(number -> olga.post(group + "/invitations", "{'note':'%d'}".formatted(number)))
                .toList();

        var first = olga.get(group + "/invitations?limit=3");
        var second = olga.get(group + "/invitations?limit=3&cursor=" + first.string("next"));

        assertThat(first.items()).extracting(item -> item.getString("note")).containsExactly("4", "3", "2");
        assertThat(second.items()).extracting(item -> item.getString("note")).containsExactly("1", "0");
        assertThat(made).noneMatch(invitation -> (first.body() + second.body()).contains(invitation.string("token")));
        assertThat(first.items()).noneMatch(item -> item.containsKey("token"));
    }

    @Test
    void tokensOfInvitationsAreNotKept() throws Exception {
        var token = olga.post(group("open", "public") + "/invitations", "{}").string("token");

        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT (SELECT string_agg(invitation::text, ' ') FROM invitation)
                            || (SELECT string_agg(encode(token_hash, 'escape'), ' ') FROM invitation_directory)
                        """)) {
            rows.next();
            assertThat(rows.getString(1)).isNotEmpty().doesNotContain(token);
        }
    }

    @Test
    void organizersAreToldAndOwnersSeeWhoAccepted() {
        var group = group("invite", "public");
        var before = olga.get(group + "/changes?after=now").string("next");

        accept(bob, olga.post(group + "/invitations", "{}"));

        assertThat(olga.get("/api/v1/me/notifications").items())
                .extracting(item -> item.getString("kind"))
                .contains("invitation.accepted");
        assertThat(olga.get(group + "/audit").items())
                .extracting(item -> item.getString("action"))
                .startsWith("invitation.accepted", "invitation.created");
        assertThat(olga.get(group + "/changes?after=" + before).items())
                .extracting(item -> item.getString("kind") + " " + item.getString("action"))
                .containsExactlyInAnyOrder("invitation created", "invitation updated", "member created");
        assertThat(bob.get(group + "/changes?after=" + before).items())
                .extracting(item -> item.getString("kind"))
                .containsExactly("member");
    }

    /** I11. */
    @Test
    void ofManyWhoAcceptAtOnceAsManyBecomeMembersAsItSays() throws Exception {
        var group = group("invite", "private");
        var invitation = olga.post(group + "/invitations", "{'max':7}");
        var people = IntStream.range(0, 50)
                .mapToObj(number -> nobody.signedUp("Person" + number))
                .toList();

        var answers = Client.atOnce(people.stream()
                .<Callable<Answer>>map(person -> () -> accept(person, invitation))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201, 409);
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(7);
        assertThat(olga.get(group + "/members").items()).hasSize(8);
        assertThat(listed(group).getInt("used")).isEqualTo(7);
        assertThat(listed(group).getString("state")).isEqualTo("spent");
    }

    /** I11 and I2. */
    @Test
    void whoAcceptsTwiceAtOnceUsesItOnce() {
        var group = group("invite", "private");
        var invitation = olga.post(group + "/invitations", "{'max':10}");
        Callable<Answer> acceptance = () -> accept(bob, invitation);

        var answers =
                Client.atOnce(IntStream.range(0, 8).mapToObj(time -> acceptance).toList());

        assertThat(answers).extracting(Answer::status).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(listed(group).getInt("used")).isEqualTo(1);
    }

    private String group(String joinPolicy, String visibility) {
        return "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Invited','zone':'America/Toronto','joinPolicy':'%s','visibility':'%s'}"
                                        .formatted(joinPolicy, visibility))
                        .id();
    }

    private JsonObject listed(String group) {
        return olga.get(group + "/invitations").items().get(0);
    }

    private static Answer accept(Client user, Answer invitation) {
        return user.post("/api/v1/invitations/" + invitation.string("token") + "/accept");
    }
}
