package org.muster.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class MyExportIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client olga;
    private final Client ann;

    MyExportIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
    }

    @Test
    void onesDataAreAllInOneDocument() {
        var group = group(olga);
        ann.put(group + "/members/me");
        var hike = published(olga, group);
        signUp(ann, hike);
        ann.delete(hike + "/signups/me");
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");
        var invitation = ann.post(group + "/invitations", "{'note':'Flyer'}");
        var calendar = ann.post("/api/v1/me/calendar-token");

        var answer = ann.get("/api/v1/me/export");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"muster-account.json\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        var export = answer.json();
        assertThat(export.getString("format")).isEqualTo("muster-person");
        assertThat(Instant.parse(export.getString("exportedAt"))).isBeforeOrEqualTo(Instant.now());
        assertThat(export.getJsonObject("account"))
                .isEqualTo(ann.get("/api/v1/me").json());
        assertThat(list(export, "sessions")).hasSize(1);
        assertThat(list(export, "calendarTokens")).hasSize(1);
        assertThat(list(export, "memberships")).singleElement().satisfies(membership -> {
            assertThat(group).endsWith(membership.getString("groupId"));
            assertThat(membership.getString("groupName")).isEqualTo("Walkers");
            assertThat(membership.getString("role")).isEqualTo("organizer");
        });
        assertThat(list(export, "signUps")).singleElement().satisfies(signUp -> {
            assertThat(hike).endsWith(signUp.getString("activityId"));
            assertThat(signUp.getString("state")).isEqualTo("cancelled");
            assertThat(signUp.getString("title")).isEqualTo("Hike");
            assertThat(signUp.getInt("queueNumber")).isEqualTo(1);
        });
        assertThat(list(export, "moves"))
                .extracting(move -> move.getString("cause"))
                .containsExactly("joined", "left");
        assertThat(list(export, "notifications"))
                .extracting(notification -> notification.getString("kind"))
                .containsExactly("member.role-changed");
        assertThat(list(export, "invitations"))
                .singleElement()
                .satisfies(made -> assertThat(made.getString("note")).isEqualTo("Flyer"));
        assertThat(list(export, "audit"))
                .extracting(entry -> entry.getString("action"))
                .containsExactly("member.joined", "member.made-organizer", "invitation.created");
        assertThat(answer.body())
                .doesNotContain(invitation.string("token"))
                .doesNotContain(calendar.string("token"))
                .doesNotContain("PBKDF2")
                .doesNotContain("Olga");
    }

    @Test
    void whatOneMayNotSeeAnyMoreIsNotShown() {
        var group = group(olga);
        var hike = published(olga, group);
        var swim = published(olga, group);
        olga.with("If-Match", "*").patch(swim, "{'visibility':'public'}");
        ann.put(group + "/members/me");
        signUp(ann, hike);
        signUp(ann, swim);
        olga.with("If-Match", "*").patch(hike, "{'startsLocal':'2020-07-01T18:30'}");
        assertThat(list(ann.get("/api/v1/me/export").json(), "signUps"))
                .extracting(signUp -> signUp.getString("title"))
                .containsExactly("Hike", "Hike");

        ann.delete(group + "/members/me");

        var signUps = list(ann.get("/api/v1/me/export").json(), "signUps");
        assertThat(signUps).extracting(signUp -> signUp.isNull("title")).containsExactly(true, false);
        assertThat(signUps).extracting(signUp -> signUp.isNull("startsAt")).containsExactly(true, false);
        var kept = published(olga, group);
        olga.with("If-Match", "*").patch(kept, "{'visibility':'public'}");
        signUp(ann, kept);
        olga.with("If-Match", "*").patch(kept, "{'visibility':'group'}");
        assertThat(list(ann.get("/api/v1/me/export").json(), "signUps"))
                .extracting(signUp -> signUp.isNull("title"))
                .containsExactly(true, false, false);
    }

    @Test
    void aLargeExportIsWhole() throws Exception {
        try (var connection = database.connect();
                var fill = connection.prepareStatement("""
                        INSERT INTO notification (user_id, kind, group_id, reason)
                        SELECT ?, 'signup.removed', ?, repeat('x', 500) || n FROM generate_series(1, 20000) AS n
                        """)) {
            fill.setObject(1, ann.id());
            fill.setObject(2, UUID.randomUUID());
            fill.executeUpdate();
        }

        var notifications = list(ann.get("/api/v1/me/export").json(), "notifications");

        assertThat(notifications).hasSize(20_000);
        assertThat(notifications.get(19_999).getString("reason")).endsWith("x20000");
    }

    @Test
    void onlyWhoIsSignedInGetsOne() {
        assertThat(nobody.get("/api/v1/me/export").status()).isEqualTo(401);
        assertThat(ann.send("HEAD", "/api/v1/me/export", BodyPublishers.noBody())
                        .status())
                .isEqualTo(200);
    }

    /** Whoever makes a table that knows people says here what export and erasure do with it. */
    @Test
    void allTablesThatKnowPeopleAreAccountedFor() throws Exception {
        var knowPeople = new ArrayList<String>();
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT DISTINCT conrelid::regclass::text
                          FROM pg_constraint
                         WHERE contype = 'f' AND confrelid = 'user_account'::regclass
                        """)) {
            while (rows.next()) {
                knowPeople.add(rows.getString(1));
            }
        }

        assertThat(knowPeople)
                .containsExactlyInAnyOrder(
                        "user_session",
                        "account_token",
                        "provider_identity",
                        "provider_sign_in",
                        "second_factor",
                        "known_network",
                        "calendar_token",
                        "membership",
                        "sign_up",
                        "sign_up_move",
                        "notification",
                        "notification_setting",
                        "calendar_invitation",
                        "mail_reminder",
                        "push_subscription",
                        "invitation",
                        "audit");
    }

    private static String group(Client owner) {
        return "/api/v1/groups/"
                + owner.post(
                                "/api/v1/groups",
                                "{'name':'Walkers','zone':'America/Toronto','joinPolicy':'open','visibility':'public'}")
                        .id();
    }

    private static String published(Client organizer, String group) {
        var hike = organizer.post(
                group + "/activities",
                "{'title':'Hike','startsLocal':'2030-07-01T18:30','durationMinutes':90,'capacity':3}");
        var path = group + "/activities/" + hike.id();
        organizer.post(path + "/publish");
        return path;
    }

    private static void signUp(Client user, String activity) {
        var signedUp =
                user.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", Client.json("{}"));
        assertThat(signedUp.status()).isEqualTo(201);
    }

    private static List<JsonObject> list(JsonObject export, String name) {
        return export.getJsonArray(name).getValuesAs(JsonObject.class);
    }
}
