package org.muster.notices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import biweekly.Biweekly;
import biweekly.ICalVersion;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.ConnectedMuster;

/** Mail from a running Muster to a real mail server. */
@ExtendWith(ConnectedMuster.Shared.class)
@TestInstance(Lifecycle.PER_CLASS)
class MailIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "correct horse";

    private final ConnectedMuster muster;
    private final Client nobody;
    private final Client olga;
    private final String group;

    MailIT(ConnectedMuster muster) {
        this.muster = muster;
        nobody = muster.nobody();
        olga = muster.verified("Olga");
        await("mail is on", PATIENCE, () -> count("SELECT count(*) FROM mail_state WHERE enabled") == 1);
        group = "/api/v1/groups/"
                + olga.post(
                                "/api/v1/groups",
                                "{'name':'Café','zone':'Europe/Paris','joinPolicy':'open','visibility':'public'}")
                        .id();
    }

    @Test
    void aSignUpIsToldWithAnInvitationAndItsEndWithACancellation() throws Exception {
        var hike = activity("Hike", 1);
        var ann = member("Ann");

        signUp(ann, hike);

        var told = mail(ann, "You are signed up: Hike");
        assertThat(told.getHeader("Message-ID", null)).matches("<[0-9a-f-]{36}@example.org>");
        assertThat(told.getFrom()[0]).hasToString("Muster <muster@example.org>");
        assertThat(told.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(told.getContentType()).startsWith("multipart/mixed");
        var parts = parts((MimeMultipart) told.getContent());
        var alternatives = parts((MimeMultipart) parts.get(0).getContent());
        assertThat(alternatives.get(0).getContent()).asString().contains(muster.base() + "/#/groups/");
        assertThat(alternatives.get(1).getContentType()).startsWith("text/html");
        for (var calendar : List.of(alternatives.get(2), parts.get(1))) {
            assertThat(calendar.getContentType()).startsWith("text/calendar").contains("method=REQUEST");
            var parsed = Biweekly.parse(new String(calendar.getInputStream().readAllBytes(), UTF_8))
                    .first();
            assertThat(parsed.getMethod().isRequest()).isTrue();
            assertThat(parsed.validate(ICalVersion.V2_0).isEmpty()).isTrue();
            assertThat(parsed.getEvents().get(0).getAttendees()).hasSize(1);
        }
        assertThat(parts.get(1).getFileName()).isEqualTo("invite.ics");

        ann.delete(hike + "/signups/me");

        assertThat(source(mail(ann, "Your sign-up was cancelled: Hike"))).contains("method=CANCEL");
    }

    @Test
    void whoMovesUpIsTold() throws Exception {
        var hike = activity("Popular", 1);
        var first = member("First");
        var second = member("Second");
        signUp(first, hike);
        signUp(second, hike);
        assertThat(source(mail(second, "You are on the waiting list: Popular"))).doesNotContain("text/calendar");

        first.delete(hike + "/signups/me");

        assertThat(source(mail(second, "You have a seat now: Popular"))).contains("method=REQUEST");
    }

    @Test
    void mailIsEndedWithOneClickAndInTheChosenLanguage() throws Exception {
        var hike = activity("Run", 5);
        var lea = member("Lea");
        lea.patch("/api/v1/me/notification-settings", "{'language':'fr'}");
        signUp(lea, hike);
        var told = mail(lea, "Votre inscription est confirmée : Run");

        var link = told.getHeader("List-Unsubscribe", null).replaceAll("[<>]", "");
        assertThat(told.getHeader("List-Unsubscribe-Post", null)).isEqualTo("List-Unsubscribe=One-Click");
        assertThat(link).startsWith(muster.base() + "/api/v1/unsubscriptions/").endsWith("/sign-ups");
        assertThat(oneClick(URI.create(link).getPath())).isEqualTo(204);

        assertThat(lea.get("/api/v1/me/notification-settings").json().getBoolean("signUps"))
                .isFalse();
        assertThat(oneClick("/api/v1/unsubscriptions/" + UUID.randomUUID() + "/sign-ups"))
                .isEqualTo(404);
        assertThat(oneClick(URI.create(link).getPath().replace("sign-ups", "everything")))
                .isEqualTo(404);
    }

    @Test
    void settingsAreReadAndChanged() throws Exception {
        var ann = member("Settings");
        assertThat(ann.get("/api/v1/me/notification-settings").json().toString())
                .isEqualTo("{\"language\":\"en\",\"signUps\":true,\"activities\":true,\"groups\":true,"
                        + "\"calendarInvitations\":true,\"reminder\":\"evening\",\"digest\":false,\"mail\":\"on\"}");

        var changed = ann.patch("/api/v1/me/notification-settings", "{'reminder':'none','groups':false}");

        assertThat(changed.string("reminder")).isEqualTo("none");
        assertThat(ann.get("/api/v1/me/notification-settings").json()).isEqualTo(changed.json());
        assertThat(ann.patch("/api/v1/me/notification-settings", "{'reminder':'noon'}")
                        .status())
                .isEqualTo(422);
        assertThat(nobody.signedUp("New")
                        .get("/api/v1/me/notification-settings")
                        .string("mail"))
                .isEqualTo("unverified");
    }

    @Test
    void aNewPasswordIsTold() throws Exception {
        var ann = nobody.signedUp("Password");

        ann.patch("/api/v1/me", "{'password':'battery staple','currentPassword':'" + PASSWORD + "'}");

        var told = mail(ann, "Your password was changed");
        assertThat(told.getHeader("List-Unsubscribe")).isNull();
    }

    @Test
    void anInvitationIsSentToAnAddress() throws Exception {
        var address = "guest-" + UUID.randomUUID() + "@example.org";

        var invitation = olga.post(group + "/invitations", "{'email':'" + address + "'}");

        assertThat(invitation.status()).isEqualTo(201);
        await(
                "the invitation",
                PATIENCE,
                () -> find(address, "You are invited to Café").count() == 1);
        var told = find(address, "You are invited to Café").findFirst().orElseThrow();
        assertThat(parts((MimeMultipart) told.getContent()).get(0).getContent())
                .asString()
                .contains(muster.base() + "/#/invitations/" + invitation.string("token"));
        assertThat(told.getHeader("List-Unsubscribe")).isNull();
        for (var wrong :
                List.of("nobody", "Ann <ann@example.org>", "ann@example.org,bob@example.org", "ünn@example.org")) {
            assertThat(olga.post(group + "/invitations", "{'email':'" + wrong + "'}")
                            .status())
                    .as(wrong)
                    .isEqualTo(422);
        }
    }

    @Test
    void theOutboxIsInTheMetrics() {
        await("an empty outbox", Duration.ofSeconds(60), () -> {
            var metrics = nobody.get("/metrics").body();
            return metrics.contains("muster_mail_attempts_total{outcome=\"sent\"}")
                    && metrics.contains("muster_mail_oldest_seconds 0");
        });
    }

    @Test
    void mailIsNotShownToAnybody() {
        assertThat(nobody.get("/dev/mail").status()).isEqualTo(404);
    }

    private Client member(String name) {
        var client = muster.verified(name);
        client.put(group + "/members/me");
        return client;
    }

    private String activity(String title, int capacity) {
        var path = group + "/activities/"
                + olga.post(
                                group + "/activities",
                                "{'title':'" + title + "','startsLocal':'2090-06-01T10:00','durationMinutes':60,"
                                        + "'waitlist':true,'capacity':" + capacity + "}")
                        .id();
        olga.post(path + "/publish");
        return path;
    }

    private static void signUp(Client client, String activity) {
        client.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':0}"));
    }

    private int oneClick(String path) throws Exception {
        var request = HttpRequest.newBuilder(muster.base().resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("List-Unsubscribe=One-Click"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    /** Waits for the mail with this subject. */
    private MimeMessage mail(Client to, String subject) {
        var address = to.get("/api/v1/me").string("email");
        await(subject, PATIENCE, () -> find(address, subject).count() == 1);
        return find(address, subject).findFirst().orElseThrow();
    }

    private Stream<MimeMessage> find(String address, String subject) {
        return muster.mails(address).stream().filter(mail -> {
            try {
                return mail.getSubject().equals(subject);
            } catch (MessagingException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static List<BodyPart> parts(MimeMultipart multipart) throws Exception {
        var parts = new ArrayList<BodyPart>();
        for (var i = 0; i < multipart.getCount(); i++) {
            parts.add(multipart.getBodyPart(i));
        }
        return parts;
    }

    private static String source(MimeMessage mail) throws Exception {
        var bytes = new ByteArrayOutputStream();
        mail.writeTo(bytes);
        return bytes.toString(UTF_8);
    }

    private int count(String query) throws Exception {
        try (var connection = muster.database().connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
