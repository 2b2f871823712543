package org.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.run.EmbeddedDatabase;

/** Counts the statements of requests in PostgreSQL's log. */
@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class RoundTripsIT {
    private static final Pattern STATEMENT =
            Pattern.compile("LOG: +(?:execute [^:]*|statement): (.*?)(?=\\n\\d{4}-|\\z)", Pattern.DOTALL);
    /** What runs beside the requests: validation, notifications, maintenance. */
    private static final Pattern BACKGROUND = Pattern.compile(
            "|SELECT pg_notify.*|SELECT settled.*|LISTEN .*|SET .*|UPDATE user_session\\s+SET last_used_at.*|SHOW .*|.*DISTINCT group_id.*|.*terms IS NULL AND user_group.*",
            Pattern.DOTALL);

    private final EmbeddedDatabase database;
    private final Client nobody;
    private Client owner;
    private String group;
    private String activity;
    private String series;
    private String personal;

    RoundTripsIT(EmbeddedDatabase database, Client nobody) {
        this.database = database;
        this.nobody = nobody;
    }

    @BeforeAll
    void prepare() throws SQLException {
        owner = nobody.signedUp("Owner");
        group = "/api/v1/groups/"
                + owner.post(
                                "/api/v1/groups",
                                "{'name':'Counted','zone':'UTC','joinPolicy':'open','visibility':'public'}")
                        .id();
        activity = published(
                "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60,'capacity':1,'waitlist':true}");
        series = group + "/series/"
                + owner.post(
                                group + "/series",
                                "{'title':'Weekly','startsLocal':'2090-06-02T10:00','durationMinutes':60,"
                                        + "'rule':{'frequency':'weekly','count':3}}")
                        .id();
        personal = "/api/v1/calendar/"
                + owner.post("/api/v1/me/calendar-token").json().getString("token") + ".ics";
        signUp(owner);
        log("all");
    }

    @AfterAll
    void restore() throws SQLException {
        log("none");
    }

    private String published(String json) {
        var path =
                group + "/activities/" + owner.post(group + "/activities", json).id();
        assertThat(owner.post(path + "/publish").status()).isEqualTo(200);
        return path;
    }

    private Client.Answer signUp(Client client) {
        return client.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':0}"));
    }

    private void log(String statements) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET log_statement = '" + statements + "'");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/me, 1",
        "GROUP, 1",
        "GROUP/members/me, 1",
        "ACTIVITY, 1",
        "ACTIVITY/availability, 1",
        "ACTIVITY/signups/me, 1",
        "ACTIVITY.ics, 1",
        "SERIES, 1",
        "/api/v1/groups, 2",
        "/api/v1/groups?q=counted, 2",
        "/api/v1/me/groups, 2",
        "/api/v1/me/activities, 2",
        "/api/v1/me/upcoming, 2",
        "/api/v1/me/notifications, 2",
        "/api/v1/me/tokens, 2",
        "/api/v1/me/providers, 3",
        "/api/v1/me/push-subscription, 2",
        "/api/v1/me/second-factor, 2",
        "GROUP/members, 2",
        "GROUP/activities, 1",
        "GROUP/calendar.ics, 2",
        "GROUP/series, 2",
        "GROUP/changes, 2",
        "GROUP/changes?after=now, 2",
        "GROUP/audit, 2",
        "GROUP/invitations, 2",
        "ACTIVITY/signups, 2",
        "ACTIVITY/waitlist/log, 2",
    })
    void aReadTakesOneStatementForARowAndAtMostTwoForAList(String path, int statements) throws Exception {
        var address = path.replace("GROUP", group).replace("ACTIVITY", activity).replace("SERIES", series);

        assertThat(statements(() -> assertThat(owner.get(address).status()).isEqualTo(200)))
                .hasSize(statements);
    }

    @Test
    void aStrangerReadsAnInvitationWithOneStatement() throws Exception {
        var invitation = owner.post(group + "/invitations", "{}").string("token");

        assertThat(statements(() -> assertThat(
                                nobody.get("/api/v1/invitations/" + invitation).status())
                        .isEqualTo(200)))
                .hasSize(1);
    }

    @Test
    void aPersonalCalendarTakesTwoStatements() throws Exception {
        assertThat(statements(() -> assertThat(nobody.get(personal).status()).isEqualTo(200)))
                .hasSize(2);
    }

    @Test
    void aSignUpTakesFiveStatementsWithItsTransactionAndARepeatedOneFour() throws Exception {
        var member = nobody.signedUp("Member");
        member.put(group + "/members/me");

        assertThat(statements(() -> assertThat(signUp(member).status()).isEqualTo(201)))
                .hasSize(5);
        assertThat(statements(() -> {
                    var repeated = signUp(member);
                    assertThat(repeated.status()).isEqualTo(200);
                    assertThat(repeated.json().getInt("position")).isEqualTo(1);
                }))
                .hasSize(4);
    }

    @Test
    void signingInTakesNoMoreStatementsThanCounted() throws Exception {
        var email = "counted-" + System.nanoTime() + "@example.org";
        nobody.post(
                "/api/v1/users",
                "{'email':'" + email + "','password':'correct horse','displayName':'Ann','zone':'UTC'}");

        assertThat(statements(() -> assertThat(
                                nobody.post("/api/v1/sessions", "{'email':'" + email + "','password':'correct horse'}")
                                        .status())
                        .isEqualTo(201)))
                .hasSizeLessThanOrEqualTo(9);
    }

    @Test
    void endingASessionTakesOneStatementAfterTheCallersInATransaction() throws Exception {
        assertThat(statements(() -> assertThat(owner.delete("/api/v1/me/sessions/" + UUID.randomUUID())
                                .status())
                        .isEqualTo(404)))
                .hasSize(4);
    }

    @Test
    void aKeyedPostTakesNoMoreStatementsThanCounted() throws Exception {
        var keyed = owner.with("Idempotency-Key", "counted-" + System.nanoTime());

        assertThat(statements(() -> assertThat(keyed.post(
                                        group + "/activities",
                                        "{'title':'Keyed','startsLocal':'2090-06-01T10:00','durationMinutes':60}")
                                .status())
                        .isEqualTo(201)))
                .hasSizeLessThanOrEqualTo(10);
    }

    private List<String> statements(Runnable request) throws IOException {
        var from = database.log().toFile().length();
        request.run();
        return STATEMENT
                .matcher(read(from))
                .results()
                .map(match -> match.group(1).strip())
                .filter(statement -> !BACKGROUND.matcher(statement).matches())
                .toList();
    }

    private String read(long from) throws IOException {
        try (var file = new RandomAccessFile(database.log().toFile(), "r")) {
            file.seek(from);
            var bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
