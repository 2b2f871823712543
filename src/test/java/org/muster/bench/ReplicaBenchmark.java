package org.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.Installed;
import org.muster.RunningMuster;
import org.muster.replication.ReplicatedDatabase;
import org.muster.run.Server;

/** What replicas take off the primary: 20 clients read a list of activities, and one changes an activity. */
class ReplicaBenchmark {
    private static final int READERS = 20;
    private static final Path TABLE = Path.of(System.getProperty("project.build.directory"), "replicas.md");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final Effort effort = Effort.wanted();

    @Test
    void replicas() throws Exception {
        Installed.require(
                ReplicatedDatabase.installed().isPresent(),
                "no pg_basebackup under /usr/lib/postgresql: install Debian's package postgresql");
        Files.writeString(TABLE, """
                | replicas | reads a second | of them on replicas | CPU of the primary a read | a write beside, p50 |
                |---|---:|---:|---:|---:|
                """);
        try (var database = ReplicatedDatabase.asynchronous(2)) {
            for (var replicas = 0; replicas <= 2; replicas++) {
                measure(database, replicas);
            }
        }
        System.out.println(Files.readString(TABLE));
    }

    private void measure(ReplicatedDatabase database, int replicas) throws IOException {
        var environment = new HashMap<String, String>();
        environment.put("MUSTER_ENV_FILE", RunningMuster.emptyFile());
        environment.put("DB_HOST", database.hosts());
        environment.put("DB_NAME", "muster");
        environment.put("DB_USER", "muster");
        environment.put("DB_PASSWORD", database.password());
        if (replicas > 0) {
            environment.put(
                    "DB_REPLICA_HOSTS",
                    String.join(",", List.of(database.standbyHosts().split(",")).subList(0, replicas)));
        }
        try (var server = Server.start(environment)) {
            server.awaitReady(TIMEOUT);
            var somebody = Client.unvalidated(server.base()).signedUp("Replicas");
            var group = "/api/v1/groups/"
                    + somebody.post(
                                    "/api/v1/groups",
                                    "{'name':'Read','zone':'UTC','visibility':'public','joinPolicy':'open'}")
                            .id();
            for (var i = 0; i < 20; i++) {
                created(somebody, group);
            }
            if (replicas > 0) {
                await(
                        "reads on replicas",
                        TIMEOUT,
                        () -> somebody.get(group).status() == 200 && replicaReads(server) > 0);
            }
            var list = Wrk.get(group + "/activities?limit=20", token(somebody));
            Wrk.run(server.base(), list, READERS, effort.warmup());
            var readsBefore = replicaReads(server);
            var cpuBefore = database.primaryCpuMillis();
            try (var writer = new Writer(somebody, created(somebody, group))) {
                var reads = Wrk.run(server.base(), list, READERS, effort.seconds());
                var cpu = database.primaryCpuMillis() - cpuBefore;
                assertThat(reads.failed()).isZero();
                var row = "| %d | %,.0f | %.0f %% | %,.0f µs | %.1f ms |%n"
                        .formatted(
                                replicas,
                                reads.perSecond(),
                                100.0 * (replicaReads(server) - readsBefore) / reads.requests(),
                                1_000.0 * cpu / reads.requests(),
                                writer.medianMillis());
                Files.writeString(TABLE, row, StandardOpenOption.APPEND);
            }
        }
    }

    private static String created(Client somebody, String group) {
        return group + "/activities/"
                + somebody.post(
                                group + "/activities",
                                "{'title':'A ride','startsLocal':'2030-01-01T10:00','durationMinutes':60}")
                        .id();
    }

    private static String token(Client somebody) {
        return somebody.header("Authorization").substring("Bearer ".length());
    }

    private static double replicaReads(Server server) {
        return Client.unvalidated(server.base())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("muster_replica_reads_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Changes an activity again and again. */
    private static final class Writer implements AutoCloseable {
        private final List<Long> nanos = new ArrayList<>();
        private final Thread thread;
        private volatile boolean running = true;

        Writer(Client somebody, String activity) {
            thread = new Thread(() -> {
                for (var i = 0; running; i++) {
                    var begun = System.nanoTime();
                    somebody.with("If-Match", "*").patch(activity, "{'place':'Gate %d'}".formatted(i));
                    nanos.add(System.nanoTime() - begun);
                }
            });
            thread.start();
        }

        double medianMillis() {
            close();
            var sorted = nanos.stream().sorted().toList();
            return sorted.get(sorted.size() / 2) / 1e6;
        }

        @Override
        public void close() {
            running = false;
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}
