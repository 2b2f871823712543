package org.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.muster.Client;
import org.muster.LargeDatabase;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * Muster beside Express with node-pg and Spring Boot with HikariCP, on the same tables, in turn; beside pgbench; and a large
 * database beside a small one. Prints and keeps {@code target/bench.md}; asserts no figure, but that all requests succeed and
 * that all stacks answer the same. Needs wrk; what a peer needs and lacks is told.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StacksBenchmark {
    private static final int FEW = 20;
    private static final int MANY = 200;
    private static final int FIRST_SECONDS = 10;
    private static final int SMALL_GROUPS = 100;
    /** What differs between changes of the same activity. */
    private static final Set<String> OF_A_CHANGE = Set.of("version", "sequence", "updatedAt");

    private final Effort effort = Effort.wanted();
    private final List<Stack> stacks = new ArrayList<>();
    private final Map<String, Running> running = new LinkedHashMap<>();
    private EmbeddedDatabase database;
    private String muster;
    private Report report;
    private Sample sample;

    @BeforeAll
    void prepare() throws Exception {
        var wrk = Commands.installed("wrk");
        if (!wrk) {
            System.out.println("Nothing is measured: wrk is not installed (on Debian: apt-get install wrk)");
        }
        Assumptions.assumeTrue(wrk, "wrk is not installed");
        database = EmbeddedDatabase.temporary(Map.of("shared_buffers", "256MB"));
        muster = "Muster (" + Server.title() + ", Java " + Server.javaVersion() + ")";
        report = new Report(muster);
        var peers = new Peers(database);
        peers.missing().forEach(report::missing);
        stacks.add(Stack.muster(muster, database));
        stacks.addAll(peers.stacks());
        try (var first = stacks.get(0).start()) {
            sample = Sample.made(first.base(), database);
        }
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("ANALYZE");
        }
    }

    @AfterAll
    void publish() {
        stopAll();
        if (database != null) {
            database.close();
            report.publish();
        }
    }

    @Test
    @Order(1)
    void start() {
        var start = new LinkedHashMap<String, Double>();
        var cpu = new LinkedHashMap<String, Double>();
        var first = new LinkedHashMap<String, Double>();
        var memory = new LinkedHashMap<String, Double>();
        var requests = Wrk.get(sample.routes().get("`GET` activity"), sample.token());
        for (var stack : stacks) {
            var starts = new ArrayList<Double>();
            var cpus = new ArrayList<Double>();
            var firsts = new ArrayList<Double>();
            for (var i = 0; i < effort.starts(); i++) {
                try (var server = stack.start()) {
                    starts.add(server.startSeconds());
                    cpus.add(server.startCpuSeconds());
                    firsts.add(server.load(requests, FEW, FIRST_SECONDS).perSecond());
                }
            }
            try (var server = stack.start()) {
                LockSupport.parkNanos(Duration.ofSeconds(effort.rest()).toNanos());
                memory.put(stack.title(), (double) server.residentMegabytes());
            }
            start.put(stack.title(), median(starts));
            cpu.put(stack.title(), median(cpus));
            first.put(stack.title(), median(firsts));
        }

        report.row("ready after, s", "%.1f", start);
        report.row("CPU until ready, s", "%.1f", cpu);
        report.row("resident memory at rest, MB", "%,.0f", memory);
        report.row("first 10 s, `GET` activity: requests/s", "%,.0f", first);
    }

    @Test
    @Order(2)
    void reads() {
        startAll();
        allAnswerTheSame();
        var requests = new LinkedHashMap<String, String>();
        sample.routes().forEach((route, path) -> requests.put(route, Wrk.get(path, sample.token())));
        for (var server : running.values()) {
            for (var request : requests.values()) {
                server.load(request, FEW, share(effort.warmup(), requests.size()));
            }
        }

        var figures = new LinkedHashMap<String, Map<String, List<Running.Figures>>>();
        for (var round = 0; round < effort.rounds(); round++) {
            for (var clients : List.of(FEW, MANY)) {
                requests.forEach((route, request) -> running.forEach(
                        (title, server) -> figures.computeIfAbsent(name(route, clients), any -> new LinkedHashMap<>())
                                .computeIfAbsent(title, any -> new ArrayList<>())
                                .add(server.load(request, clients, effort.seconds()))));
            }
        }

        figures.forEach(this::report);
        for (var route : requests.keySet()) {
            var few = medians(figures.get(name(route, FEW)), Running.Figures::perSecond);
            var kept = medians(figures.get(name(route, MANY)), Running.Figures::perSecond);
            kept.replaceAll((title, rate) -> rate / few.get(title) * 100);
            report.row(route + ": kept at " + MANY + " clients, %", "%.0f", kept);
        }
    }

    @Test
    @Order(3)
    void writes() {
        startAll();
        allChangeTheSame();
        var requests = Wrk.changePlace(sample.changeable(), sample.token());
        for (var server : running.values()) {
            server.load(requests, FEW, share(effort.warmup(), 3));
        }

        var figures = new LinkedHashMap<String, List<Running.Figures>>();
        for (var round = 0; round < effort.rounds(); round++) {
            running.forEach((title, server) -> figures.computeIfAbsent(title, any -> new ArrayList<>())
                    .add(server.load(requests, FEW, effort.seconds())));
        }

        report(name("`PATCH` activity", FEW), figures);
    }

    @Test
    @Order(4)
    void hotActivity() throws Exception {
        startAll();
        if (!Commands.installed("pgbench")) {
            report.missing("the hot activity: pgbench is not installed");
            return;
        }
        var server = running.get(muster);
        var nobody = Client.unvalidated(server.base());
        for (var participant : sample.participants()) {
            var signedUp = nobody.with(
                            "Authorization", "Bearer " + participant.token().value())
                    .with("Content-Type", "application/json")
                    .send("PUT", sample.hotPath(), Client.json("{'guests':0}"));
            assertThat(signedUp.status()).isEqualTo(201);
        }
        var requests = Wrk.signUpAndLeave(
                sample.hotPath(),
                sample.participants().stream()
                        .map(participant -> participant.token().value())
                        .toList());
        var pgbench = new Pgbench(database, sample);
        server.load(requests, FEW, share(effort.warmup(), 3));

        var ours = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        for (var round = 0; round < effort.rounds(); round++) {
            ours.add(server.load(requests, FEW, effort.seconds()).perSecond());
            theirs.add(pgbench.perSecond(effort.seconds()));
        }

        report.comparison(
                "sign-ups and leaves on one activity, a second",
                "pgbench, the same statements",
                "%,.0f",
                median(ours),
                median(theirs));
    }

    @Test
    @Order(5)
    void largeDatabase() throws Exception {
        stopAll();
        try (var large = new Filled(muster, effort.groups());
                var small = new Filled(muster, SMALL_GROUPS)) {
            for (var database : List.of(large, small)) {
                for (var request : database.requests.values()) {
                    database.server.load(request, FEW, share(effort.warmup(), database.requests.size()));
                }
            }
            for (var route : large.requests.keySet()) {
                var ofLarge = new ArrayList<Double>();
                var ofSmall = new ArrayList<Double>();
                for (var round = 0; round < effort.rounds(); round++) {
                    ofLarge.add(large.p99(route, effort.seconds()));
                    ofSmall.add(small.p99(route, effort.seconds()));
                }
                report.comparison(
                        "%s of %,d activities: p99, ms".formatted(route, effort.groups() * 100),
                        "of %,d activities".formatted(SMALL_GROUPS * 100),
                        "%.1f",
                        median(ofLarge),
                        median(ofSmall));
            }
        }
    }

    /** A Muster on a database with so many groups. */
    private static final class Filled implements AutoCloseable {
        private final EmbeddedDatabase database = LargeDatabase.start(Map.of());
        private final Map<String, String> requests = new LinkedHashMap<>();
        private final Running server;

        Filled(String title, int groups) throws Exception {
            server = Stack.muster(title, database).start();
            var owner = Client.unvalidated(server.base()).signedUp("Owner");
            var group = owner.post(
                            "/api/v1/groups", "{'name':'First','zone':'UTC','joinPolicy':'open','visibility':'public'}")
                    .id();
            LargeDatabase.fill(database, group, owner.id(), new LargeDatabase.Size(groups, groups * 5, 300));
            var path = Sample.path(group);
            var activity = path + "/activities/"
                    + owner.get(path + "/activities").items().get(3).getString("id");
            Sample.routes(path, activity).forEach((route, read) -> {
                assertThat(owner.get(read).status()).as(read).isEqualTo(200);
                requests.put(route, Wrk.get(read, Sample.token(owner)));
            });
        }

        double p99(String route, int seconds) {
            return server.load(requests.get(route), FEW, seconds).p99();
        }

        @Override
        public void close() {
            server.close();
            database.close();
        }
    }

    private void startAll() {
        if (running.isEmpty()) {
            stacks.forEach(stack -> running.put(stack.title(), stack.start()));
        }
    }

    private void stopAll() {
        running.values().forEach(Running::close);
        running.clear();
    }

    private void allAnswerTheSame() {
        sample.routes().forEach((route, path) -> {
            var ours = client(running.get(muster)).get(path);
            assertThat(ours.status()).isEqualTo(200);
            running.forEach((title, server) -> {
                var theirs = client(server).get(path);
                assertThat(theirs.status()).as(title + ": " + route).isEqualTo(200);
                assertThat(theirs.json()).as(title + ": " + route).isEqualTo(ours.json());
                assertThat(theirs.body()).as(title + ": " + route).hasSameSizeAs(ours.body());
            });
        });
    }

    private void allChangeTheSame() {
        var path = sample.changeable().get(0);
        var answers = new ArrayList<JsonObject>();
        running.forEach((title, server) -> {
            var answer = client(server).with("If-Match", "*").patch(path, "{'place':'%s'}".formatted(title));
            assertThat(answer.status()).as(title).isEqualTo(200);
            assertThat(answer.json().getString("place")).isEqualTo(title);
            assertThat(answer.json())
                    .as(title)
                    .isEqualTo(client(server).get(path).json());
            answers.add(withoutChange(answer.json()));
        });
        assertThat(answers).as("answers but for what was changed").allMatch(answers.get(0)::equals);
    }

    private static JsonObject withoutChange(JsonObject activity) {
        JsonObjectBuilder rest = Json.createObjectBuilder(activity).remove("place");
        OF_A_CHANGE.forEach(rest::remove);
        return rest.build();
    }

    private Client client(Running server) {
        return Client.unvalidated(server.base()).with("Authorization", "Bearer " + sample.token());
    }

    private void report(String name, Map<String, List<Running.Figures>> figures) {
        report.row(name + ": requests/s", "%,.0f", medians(figures, Running.Figures::perSecond));
        report.row(name + ": CPU a request, µs", "%,.0f", medians(figures, Running.Figures::cpuMicros));
        report.row(name + ": p50, ms", "%.1f", medians(figures, Running.Figures::p50));
        report.row(name + ": p99, ms", "%.1f", medians(figures, Running.Figures::p99));
    }

    private static String name(String route, int clients) {
        return route + ", " + clients + " clients";
    }

    private static int share(int seconds, int parts) {
        return Math.max(1, seconds / parts);
    }

    private static Map<String, Double> medians(
            Map<String, List<Running.Figures>> figures, ToDoubleFunction<Running.Figures> figure) {
        var medians = new LinkedHashMap<String, Double>();
        figures.forEach((title, loads) -> medians.put(
                title, median(loads.stream().mapToDouble(figure).boxed().toList())));
        return medians;
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().skip(figures.size() / 2).findFirst().orElseThrow();
    }
}
