package org.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.muster.Client.Answer;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * Sends requests to a Muster with 200,000 activities and 1,000,000 sign-ups. PostgreSQL logs the plan of each statement
 * ({@code auto_explain}). No plan may contain a sequential scan of a large table. {@code -Dplans.groups=10000} makes the
 * tables five times as large.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class QueryPlansIT {
    private static final Pattern PLAN = Pattern.compile("duration: [0-9.]+ ms {2}plan:");
    private static final Pattern SEQUENTIAL_SCAN = Pattern.compile("Seq Scan on (?:public\\.)?(\\w+)");
    /** The tables that may be scanned sequentially. */
    private static final List<String> SMALL_TABLES = List.of("change_epoch", "flyway_schema_history", "mail_state");
    /** With fewer, PostgreSQL would rightly scan some tables sequentially. */
    private static final int GROUPS = Integer.getInteger("plans.groups", 2_000);

    private final EmbeddedDatabase database = LargeDatabase.start(
            Map.of("session_preload_libraries", "auto_explain", "auto_explain.log_min_duration", "0"));
    private Server server;
    private Client nobody;
    private Client ann;
    private Client bob;
    private String group;
    private String activity;
    private String series;
    private String occurrence;

    @BeforeAll
    void fill() throws SQLException {
        server = Server.start(RunningMuster.patientEnvironment(database));
        server.awaitReady(Duration.ofSeconds(90));
        nobody = Client.anonymous(server.base());
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
        var id = ann.post(
                        "/api/v1/groups",
                        "{'name':'Large','zone':'America/Toronto','joinPolicy':'open','visibility':'public'}")
                .id();
        group = "/api/v1/groups/" + id;
        bob.put(group + "/members/me");
        LargeDatabase.fill(database, id, ann.id(), new LargeDatabase.Size(GROUPS, 50_000, GROUPS * 3 / 100));
        activity = group + "/activities/"
                + ann.get(group + "/activities?from=2090-01-01T00:00:00Z&limit=1")
                        .items()
                        .get(0)
                        .getString("id");
        // The occurrences from 21 February on.
        var repeated = ann.get(group + "/activities?from=2090-02-21T00:00:00Z&limit=21")
                .items();
        series = group + "/series/" + repeated.get(0).getString("seriesId");
        occurrence = group + "/activities/" + repeated.get(20).getString("id");
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    /** A request, its answer, and the plans of its statements. */
    private record Explained(String request, Answer answer, List<String> plans) {}

    @Test
    void noRequestScansALargeTableSequentially() throws IOException {
        var reads = new ArrayList<Explained>();
        for (var path : List.of(
                "/api/v1/me",
                "/api/v1/me/groups",
                "/api/v1/me/activities",
                "/api/v1/me/activities?from=2090-01-01T00:00:00Z",
                "/api/v1/me/upcoming",
                "/api/v1/me/upcoming?unanswered=true",
                "/api/v1/groups",
                "/api/v1/groups?q=larg",
                "/api/v1/groups?state=archived",
                group,
                group + "/members",
                group + "/members?role=owner",
                group + "/activities",
                group + "/activities?from=2090-01-01T00:00:00Z&state=published",
                activity,
                activity + "/availability",
                activity + "/signups",
                activity + "/signups?state=waiting",
                activity + "/waitlist/log",
                group + "/changes",
                group + "/changes?after=now",
                group + "/audit",
                group + "/series",
                series,
                group + "/export",
                "/api/v1/me/export",
                group + "/invitations",
                "/api/v1/me/notifications",
                "/api/v1/me/notifications?unread=true",
                "/api/v1/me/tokens",
                "/api/v1/me/push-subscription",
                activity + ".ics",
                group + "/calendar.ics",
                "/api/v1/calendar/" + ann.post("/api/v1/me/calendar-token").string("token") + ".ics")) {
            // Often enough for the driver and the server to switch to a generic plan.
            for (var i = 0; i < 12; i++) {
                reads.add(explained("GET", path, null));
            }
        }
        reads.add(explained("PUT", activity + "/signups/me", "{'guests':1}"));
        reads.add(explained("PUT", activity + "/signups/me", "{'guests':0}"));
        reads.add(explained("GET", activity + "/signups/me", null));
        reads.add(explained("DELETE", activity + "/signups/me", null));
        reads.add(explained("PUT", activity + "/signups/" + bob.id(), "{}"));
        reads.add(explained("PATCH", activity + "/signups/" + bob.id(), "{'attendance':'attended'}"));
        reads.add(explained("DELETE", group + "/members/" + bob.id(), null));
        var repeated = explained(
                "POST",
                group + "/series",
                "{'title':'New','startsLocal':'2090-01-01T10:00','durationMinutes':60,"
                        + "'rule':{'frequency':'weekly','count':104}}");
        reads.add(repeated);
        ann = ann.with("If-Match", "*");
        reads.add(explained("PATCH", activity, "{'startsLocal':'2020-01-01T10:00'}"));
        reads.add(explained("PATCH", activity, "{'startsLocal':'2090-01-01T10:00'}"));
        reads.add(explained("PATCH", series, "{'title':'Other','startsLocal':'2090-02-20T11:00'}"));
        reads.add(explained("PATCH", occurrence + "?scope=following", "{'place':'Elsewhere'}"));
        reads.add(explained("DELETE", group + "/series/" + repeated.answer.id(), null));
        var cleo = nobody.signedUp("Cleo");
        cleo.put(group + "/members/me");
        cleo.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", Client.json("{}"));
        var credentials = "{'email':'%s','password':'correct horse'}"
                .formatted(cleo.get("/api/v1/me").string("email"));
        for (var i = 0; i < 12; i++) {
            reads.add(explained(nobody, "POST", "/api/v1/sessions", credentials));
        }
        reads.add(explained(cleo, "DELETE", "/api/v1/me", null));

        for (var request : reads) {
            assertThat(request.answer.status()).as(request.request).isLessThan(300);
            assertThat(request.plans).as(request.request).isNotEmpty();
            for (var plan : request.plans) {
                assertThat(SEQUENTIAL_SCAN.matcher(plan).results().map(match -> match.group(1)))
                        .as(request.request + "\n" + plan)
                        .allMatch(SMALL_TABLES::contains);
            }
        }
        print(reads);
    }

    @Test
    void signingUpTakesThreeStatements() throws IOException {
        var other = ann.get(group + "/activities?from=2090-01-01T00:00:00Z&limit=2")
                .items()
                .get(1)
                .getString("id");
        var path = group + "/activities/" + other + "/signups/me";

        assertThat(explained("PUT", path, "{'guests':0}").plans).hasSize(3);
        assertThat(explained("PUT", path, "{'guests':0}").plans).hasSize(2);
    }

    private Explained explained(String method, String path, String body) throws IOException {
        return explained(ann, method, path, body);
    }

    private Explained explained(Client caller, String method, String path, String body) throws IOException {
        var from = database.log().toFile().length();
        var client = body == null ? caller : caller.with("Content-Type", "application/json");
        var answer = body == null
                ? client.send(method, path, java.net.http.HttpRequest.BodyPublishers.noBody())
                : client.send(method, path, Client.json(body));
        return new Explained(
                method + " " + path.replaceAll("[0-9a-f-]{36}|[A-Za-z0-9_-]{43}", "X"), answer, plans(read(from)));
    }

    /** Returns the log after this position. Statements of the database monitor are included, but use no tables. */
    private String read(long from) throws IOException {
        try (var file = new RandomAccessFile(database.log().toFile(), "r")) {
            file.seek(from);
            var bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static List<String> plans(String log) {
        return PLAN.splitAsStream(log)
                .skip(1)
                .filter(plan -> plan.contains(" on ") || plan.contains("Insert") || plan.contains("Update"))
                .filter(plan -> !plan.contains("record_group_change"))
                .toList();
    }

    private static void print(List<Explained> requests) {
        System.out.println("Statements of a request:");
        requests.stream()
                .collect(Collectors.toMap(
                        Explained::request, request -> request.plans.size(), Math::max, java.util.LinkedHashMap::new))
                .forEach((request, statements) -> System.out.printf("  %2d  %s%n", statements, request));
    }
}
