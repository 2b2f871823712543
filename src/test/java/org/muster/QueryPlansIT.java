package org.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
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
 * Sends requests to a Muster with 1,000,000 activities and 5,000,000 sign-ups. PostgreSQL logs the plan of each statement
 * ({@code auto_explain}). No plan may contain a sequential scan of a large table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class QueryPlansIT {
    private static final Pattern PLAN = Pattern.compile("duration: [0-9.]+ ms {2}plan:");
    private static final Pattern SEQUENTIAL_SCAN = Pattern.compile("Seq Scan on (?:public\\.)?(\\w+)");
    /** The tables that may be scanned sequentially. */
    private static final List<String> SMALL_TABLES = List.of("change_epoch", "flyway_schema_history");

    private static final int GROUPS = 10_000;
    private static final int USERS = 50_000;

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary(Map.of(
            "session_preload_libraries", "auto_explain",
            "auto_explain.log_min_duration", "0",
            "shared_buffers", "2GB",
            "wal_level", "minimal",
            "max_wal_senders", "0",
            "max_wal_size", "8GB",
            "synchronous_commit", "off"));
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
        server = Server.start(RunningMuster.environment(database));
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
        var since = System.nanoTime();
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica; SET auto_explain.log_min_duration = -1");
            var indexes = dropIndexes(statement);
            for (var step : FILL.split(";")) {
                statement.execute(step.replace(":ann", "'" + ann.id() + "'")
                        .replace(":group", "'" + id + "'")
                        .replace("#groups", String.valueOf(GROUPS))
                        .replace("#people", String.valueOf(USERS)));
            }
            for (var index : indexes) {
                statement.execute(index);
            }
            statement.execute("ANALYZE");
        }
        System.out.printf(
                "1,000,000 activities and 5,000,000 sign-ups made in %.0f s%n", (System.nanoTime() - since) / 1e9);
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

    /**
     * Ann owns the first group, and has 1,500 sign-ups in others. The group's next activity is full, with 400 people on the
     * waitlist.
     */
    private static final String FILL = """
            CREATE TEMP TABLE person AS
            SELECT n, uuidv7() AS user_id FROM generate_series(1, #people) AS n;
            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
            SELECT user_id, n || '@example.org', n || '@example.org', 'Person ' || n, 'UTC', 'none' FROM person;
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
            SELECT sha256(user_id::text::bytea), user_id, 1, now() + interval '1 day' FROM person;
            INSERT INTO calendar_token (user_id, token_hash) SELECT user_id, sha256(user_id::text::bytea) FROM person;
            INSERT INTO idempotency_key (user_id, key_hash, fingerprint)
            SELECT user_id, sha256(user_id::text::bytea), sha256('request') FROM person;
            CREATE TEMP TABLE place AS
            SELECT n, CASE n WHEN 1 THEN :group::uuid ELSE uuidv7() END AS group_id
              FROM generate_series(1, #groups) AS n;
            INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
            SELECT group_id, 'Group ' || n, 'group-' || n, '', 'UTC', 'open', CASE n % 3 WHEN 0 THEN 'private' ELSE 'public' END
              FROM place WHERE n > 1;
            INSERT INTO group_directory (slug, group_id) SELECT 'group-' || n, group_id FROM place WHERE n > 1;
            INSERT INTO membership (group_id, user_id, role, state)
            SELECT group_id, user_id, CASE k WHEN 0 THEN 'owner' ELSE 'member' END, 'active'
              FROM place
             CROSS JOIN generate_series(0, 19) AS k
              JOIN person ON person.n = (place.n * 20 + k) % #people + 1;
            INSERT INTO membership (group_id, user_id, role, state)
            SELECT group_id, :ann, 'member', 'active' FROM place WHERE n BETWEEN 2 AND 300;
            CREATE TEMP TABLE event AS
            SELECT group_id, place.n AS place, k, uuidv7() AS activity_id
              FROM place
             CROSS JOIN generate_series(1, 100) AS k;
            INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, starts_at, tzdb_version, capacity, guests_allowed, waitlist, visibility, state,
                   published_at, seats_taken, waiting, queue_number)
            SELECT group_id, activity_id, 'Activity ' || k, '', '', '', moment, 'UTC', 60, moment AT TIME ZONE 'UTC', '2026a',
                   CASE WHEN place = 1 AND k = 51 THEN 100 END, 2, true, CASE k % 2 WHEN 0 THEN 'public' ELSE 'group' END,
                   'published', now(), CASE WHEN place = 1 AND k = 51 THEN 100 ELSE 5 END,
                   CASE WHEN place = 1 AND k = 51 THEN 400 ELSE 0 END, 500
              FROM event
             CROSS JOIN LATERAL (SELECT CASE WHEN k <= 50 THEN timestamp '2020-01-01' ELSE timestamp '2090-01-01' END
                                        + k * interval '1 day' AS moment) AS times;
            CREATE TEMP TABLE repeated AS
            SELECT group_id, n AS place, s, uuidv7() AS series_id FROM place CROSS JOIN generate_series(1, 20) AS s;
            INSERT INTO activity_series (group_id, series_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, guests_allowed, waitlist, visibility, publish, frequency, every, weekdays, until,
                   made_through, next_on)
            SELECT group_id, series_id, 'Series ' || s, '', '', '', timestamp '2090-01-01' + (50 + s) * interval '1 day', 'UTC',
                   60, 2, true, 'group', true, 'daily', 20, '{}', date '2090-04-01', date '2090-04-01', NULL
              FROM repeated;
            UPDATE activity
               SET series_id = repeated.series_id, occurs_on = starts_local::date
              FROM event
              JOIN repeated USING (group_id)
             WHERE activity.group_id = event.group_id AND activity.activity_id = event.activity_id
               AND k > 50 AND (k - 51) % 20 + 1 = s AND event.place <= 500;
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            SELECT group_id, activity_id, user_id, 'confirmed', 1, s, user_id
              FROM event
             CROSS JOIN generate_series(1, 5) AS s
              JOIN person ON person.n = (place * 7 + k * 500 + s) % #people + 1
             WHERE NOT (place = 1 AND k = 51);
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            SELECT group_id, activity_id, user_id, CASE WHEN person.n <= 100 THEN 'confirmed' ELSE 'waiting' END, 1, person.n,
                   user_id
              FROM event
              JOIN person ON person.n <= 500
             WHERE place = 1 AND k = 51;
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            SELECT group_id, activity_id, :ann, 'confirmed', 1, 499, :ann FROM event WHERE place BETWEEN 2 AND 300 AND k % 20 = 0;
            INSERT INTO sign_up_move (group_id, activity_id, user_id, to_state, seats, queue_number, cause)
            SELECT group_id, activity_id, user_id, state, 1, queue_number, 'joined' FROM sign_up WHERE seats = 1 AND queue_number <= 2;
            INSERT INTO notification (user_id, kind, group_id)
            SELECT user_id, 'member.approved', :group FROM person;
            INSERT INTO audit (group_id, actor_id, action)
            SELECT group_id, user_id, 'group.changed' FROM membership CROSS JOIN generate_series(1, 20) WHERE role = 'owner';
            INSERT INTO invitation (group_id, invitation_id, role, max_uses, created_by, expires_at)
            SELECT group_id, uuidv7(), 'member', 1, user_id, now() + interval '1 day'
              FROM membership
             CROSS JOIN generate_series(1, 20)
             WHERE role = 'owner';
            INSERT INTO group_change (group_id, epoch, kind, entity_id, action, audience)
            SELECT group_id, 1, 'activity', activity_id, 'created', 'members' FROM event
            """;

    /** Drops the indexes of sign-ups, and returns their definitions: creating them after the rows is faster. */
    private static List<String> dropIndexes(Statement statement) throws SQLException {
        var definitions = new ArrayList<String>();
        var names = new ArrayList<String>();
        try (var rows = statement.executeQuery("""
                SELECT indexname, indexdef
                  FROM pg_indexes
                 WHERE tablename = 'sign_up' AND indexname NOT IN (SELECT conname FROM pg_constraint)
                """)) {
            while (rows.next()) {
                names.add(rows.getString("indexname"));
                definitions.add(rows.getString("indexdef"));
            }
        }
        for (var name : names) {
            statement.execute("DROP INDEX " + name);
        }
        return definitions;
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
        reads.add(explained("PATCH", series, "{'title':'Other','startsLocal':'2090-02-20T11:00'}"));
        reads.add(explained("PATCH", occurrence + "?scope=following", "{'place':'Elsewhere'}"));
        reads.add(explained("DELETE", group + "/series/" + repeated.answer.id(), null));
        var cleo = nobody.signedUp("Cleo");
        cleo.put(group + "/members/me");
        cleo.with("Content-Type", "application/json").send("PUT", activity + "/signups/me", Client.json("{}"));
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
