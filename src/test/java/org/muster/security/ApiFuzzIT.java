package org.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.muster.Accounts;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;
import org.muster.security.FuzzCases.Case;
import org.muster.security.World.Place;
import org.muster.security.World.Role;

/**
 * Sends requests in which one thing is wrong, to every operation, in an order that the seed decides, for so many seconds. No such
 * request may make the server fail, show its insides, or change anything if it is refused. The server is one of its own, whose log
 * and tables nobody else writes.
 */
class ApiFuzzIT {
    private static final long SEED = Long.getLong("fuzz.seed", 18);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(Long.getLong("fuzz.seconds", 30));
    /** So many different failures are enough to be told about. */
    private static final int MAX_FAILURES = 40;

    private static final int WORLDS_BETWEEN_CLEANINGS = 30;

    private static final String PROBLEM = "application/problem+json";

    private static final Pattern INSIDES =
            Pattern.compile("\\b(?:org|com|java|javax|jakarta|fish|io|sun|software)\\.[a-z]\\w*\\.[\\w.]*[A-Z]\\w+"
                    + "|\\bat [\\w.$]+\\(|Exception\\b|SQLSTATE|\\bERROR: ");
    /** Not those of the server's own parser, which it writes for what is no HTTP. */
    private static final Pattern STACK_TRACE = Pattern.compile("(?m)^\\s+at (?:[\\w.@-]*/)*org\\.muster\\.");

    /** What counts requests and attempts, also those that are refused. */
    private static final String COUNTERS =
            "flyway_schema_history|sign_in_failure|idempotency_key|.*(limit|count|rate|usage|quota).*";

    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final Random random = new Random(SEED);

    @Test
    void badRequestsAreRefusedAndChangeNothing() throws Exception {
        try (var database = EmbeddedDatabase.temporary();
                var server = Server.start(RunningMuster.patientEnvironment(database))) {
            server.awaitReady(Duration.ofMinutes(3));
            try (var connection = database.connect()) {
                var passwordHash = Accounts.passwordHash(Client.anonymous(server.base()), database);
                run(new RawHttp(server.base()), new Tables(connection, passwordHash), new Log(server.log()));
            }
            assertThat(server.isAlive()).isTrue();
        }
        var summary = "With -Dfuzz.seed=" + SEED + ": " + statuses;
        System.out.println(summary);
        if (!failures.isEmpty()) {
            fail(failures.values().stream().collect(Collectors.joining("\n\n", summary + "\n", "")));
        }
    }

    private void run(RawHttp http, Tables tables, Log log) throws IOException, SQLException {
        var cases = shuffled(new FuzzCases(ApiDescription.read()).all());
        var end = Instant.now().plus(LONG_ENOUGH);
        var number = 0;
        tables.renew(Place.PUBLIC);
        while (Instant.now().isBefore(end) && failures.size() < MAX_FAILURES) {
            attempt(cases.get(number % cases.size()), number, http, tables, log);
            number++;
        }
    }

    /** In a random order in which all operations take turns, although some have many more cases than others. */
    private List<Case> shuffled(List<Case> cases) {
        var left = new ArrayList<>(cases.stream()
                .collect(Collectors.groupingBy(each -> each.operation().name(), TreeMap::new, Collectors.toList()))
                .values());
        left.forEach(each -> Collections.shuffle(each, random));
        var turns = new ArrayList<Case>();
        for (var turn = 0; turns.size() < cases.size(); turn++) {
            for (var each : left) {
                if (turn < each.size()) {
                    turns.add(each.get(turn));
                }
            }
        }
        return turns;
    }

    private void attempt(Case attempted, int number, RawHttp http, Tables tables, Log log)
            throws IOException, SQLException {
        // Owners get furthest.
        var role = random.nextInt(4) > 0 ? Role.OWNER : Role.values()[random.nextInt(Role.values().length)];
        var place = Place.values()[random.nextInt(Place.values().length)];
        var request = attempted.request(tables.world, role);
        var before = tables.checksum();
        var complaint = "";
        var status = 0;
        try {
            var response = http.send(request);
            status = response.map(RawHttp.Response::status).orElse(0);
            complaint = response.map(answer -> complaint(request, answer))
                    .orElse(request.broken() ? "" : "the connection was closed without a response");
        } catch (IOException late) {
            complaint = "no response: " + late;
        }
        statuses.merge(String.valueOf(status), 1, Integer::sum);
        var trace = log.newStackTrace();
        if (complaint.isEmpty() && !trace.isEmpty()) {
            complaint = "the server's log has a stack trace:\n" + trace;
        }
        if (status >= 400 || status == 0) {
            tables.forgetChecksum();
            if (complaint.isEmpty() && !before.equals(tables.checksum())) {
                complaint = "the request was refused with " + status + ", but the database has changed: "
                        + tables.difference(before);
            }
        }
        if (!complaint.isEmpty()) {
            failures.putIfAbsent(
                    kind(attempted, status, complaint),
                    "Request " + number + " as " + role + ": " + attempted + ": " + complaint + "\n" + request);
        }
        if (status < 400 && !request.method().equals("GET")) {
            tables.renew(place);
        }
    }

    /** Failures of one kind are told about once, for one operation. */
    private static String kind(Case attempted, int status, String complaint) {
        return attempted.operation().method()
                + attempted.what()
                + status
                + complaint.substring(0, Math.min(30, complaint.length()));
    }

    private static String complaint(RawHttp.Request request, RawHttp.Response response) {
        var status = response.status();
        if (status >= 500 && !(request.broken() && (status == 501 || status == 505))) {
            return "status " + status + ": " + response.text();
        }
        if (status < 400 && request.method().equals("TRACE")) {
            return "TRACE is answered with " + status;
        }
        if (status < 400 || request.method().equals("HEAD")) {
            return "";
        }
        var insides = INSIDES.matcher(response.text());
        if (insides.find()) {
            return "the response shows '" + insides.group() + "': " + response.text();
        }
        var type = response.header("Content-Type").orElse("");
        // Payara sends no type to who asks for another protocol, whatever the application sets.
        var typeless = type.isEmpty() && request.headers().contains("Upgrade: h2c");
        return request.broken() && !type.contains("problem+json") ? "" : problem(typeless ? PROBLEM : type, response);
    }

    /** Complains unless the response is as in RFC 9457. */
    private static String problem(String type, RawHttp.Response response) {
        if (!type.startsWith(PROBLEM)) {
            return "status " + response.status() + " of the type '" + type + "': " + response.text();
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(response.body()));
            var problem = ApiDescription.JSON.readTree(text.toString());
            var right = problem.path("status").asInt() == response.status()
                    && problem.path("type").asText().startsWith("/problems/")
                    && !problem.path("title").asText().isEmpty()
                    && !problem.path("detail").asText().isEmpty();
            if (!right) {
                return "not a problem: " + response.text();
            }
        } catch (CharacterCodingException malformed) {
            return "the response is not UTF-8";
        } catch (IOException malformed) {
            return "the response is not JSON: " + response.text();
        }
        return response.status() == 429 && response.header("Retry-After").isEmpty() ? "429 without Retry-After" : "";
    }

    /** The tables, with one world. */
    private static final class Tables {
        private final Connection connection;
        private final String passwordHash;
        private final String checksums;
        private World world;
        private int worlds;
        private Map<String, BigDecimal> known;

        Tables(Connection connection, String passwordHash) throws SQLException {
            this.connection = connection;
            this.passwordHash = passwordHash;
            checksums = checksums();
        }

        void renew(Place place) throws SQLException {
            if (worlds++ % WORLDS_BETWEEN_CLEANINGS == 0) {
                try (var statement = connection.createStatement()) {
                    statement.execute("""
                            TRUNCATE user_account, user_group, group_directory, group_change, notification, idempotency_key,
                                   invitation_directory, sign_in_failure CASCADE
                            """);
                }
            }
            world = World.create(connection, passwordHash, place, "published");
            forgetChecksum();
        }

        void forgetChecksum() {
            known = null;
        }

        /** Returns a checksum of each table. */
        Map<String, BigDecimal> checksum() throws SQLException {
            if (known == null) {
                known = new TreeMap<>();
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(checksums)) {
                    while (rows.next()) {
                        known.put(rows.getString(1), rows.getBigDecimal(2));
                    }
                }
            }
            return known;
        }

        List<String> difference(Map<String, BigDecimal> before) {
            return before.keySet().stream()
                    .filter(table -> !before.get(table).equals(known.get(table)))
                    .toList();
        }

        /** A statement that adds the hashes of all rows, without columns that tell when something was used last. */
        private String checksums() throws SQLException {
            try (var statement = connection.prepareStatement("""
                    SELECT string_agg(format('SELECT %L, coalesce(sum(hashtextextended(row(%s)::text, 0)::numeric), 0) FROM %I',
                                             table_name, columns, table_name), ' UNION ALL ')
                      FROM (SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns
                              FROM information_schema.columns
                              JOIN information_schema.tables USING (table_schema, table_name)
                             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                               AND column_name NOT LIKE 'last\\_%' AND table_name !~ ?
                             GROUP BY table_name) AS described
                    """)) {
                statement.setString(1, "^(" + COUNTERS + ")$");
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getString(1);
                }
            }
        }
    }

    /** The server's log, read as it grows. */
    private static final class Log {
        private final Path file;
        private long read;

        Log(Path file) {
            this.file = file;
            read = file.toFile().length();
        }

        /** Returns the start of what is new, if there is a stack trace in it; else an empty text. */
        String newStackTrace() throws IOException {
            var length = file.toFile().length();
            if (length == read) {
                return "";
            }
            try (var log = new RandomAccessFile(file.toFile(), "r")) {
                var bytes = new byte[(int) Math.min(length - read, 1 << 20)];
                log.seek(read);
                log.readFully(bytes);
                read = length;
                var text = new String(bytes, StandardCharsets.UTF_8);
                return STACK_TRACE.matcher(text).find() ? text.substring(0, Math.min(3_000, text.length())) : "";
            }
        }
    }
}
