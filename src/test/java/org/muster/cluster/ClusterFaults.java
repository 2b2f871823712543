package org.muster.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.faults.Load;
import org.muster.run.Server;

/** Six readers and a writer go through HAProxy while a part of the cluster fails. Prints a row of a table for each fault. */
class ClusterFaults {
    private static final Duration START = Duration.ofMinutes(3);
    private static final String SHUTDOWN_DELAY_SECONDS = "3";
    private static final int READERS = 6;
    private static final Path TABLE = Path.of(System.getProperty("project.build.directory"), "cluster.md");

    private static final List<Integer> PORTS = List.of(Server.freePort(), Server.freePort());
    private static final List<Server> SERVERS = new ArrayList<>();
    private static Path war;
    private static PatroniCluster cluster;
    private static Process proxy;
    private static URI base;
    private static Load prepared;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(
                PatroniCluster.missing().isEmpty(),
                () -> "missing: " + PatroniCluster.missing()
                        + "; install Debian's packages patroni, etcd-server, haproxy and postgresql");
        Files.deleteIfExists(TABLE);
        war = Server.war();
        cluster = new PatroniCluster();
        cluster.awaitComplete();
        for (var port : PORTS) {
            SERVERS.add(startServer(port));
        }
        SERVERS.forEach(server -> server.awaitReady(START));
        startProxy();
        await("HAProxy to see both Musters", START, () -> up() == SERVERS.size());
        prepared = Load.prepared(base);
        prepared.fresh().start(READERS, 1).during(Duration.ofSeconds(5)).stop();
    }

    private static Server startServer(int port) {
        var environment = new HashMap<String, String>();
        environment.put("MUSTER_ENV_FILE", RunningMuster.emptyFile());
        environment.put("DB_HOST", cluster.hosts());
        environment.put("DB_REPLICA_HOSTS", cluster.hosts());
        environment.put("DB_NAME", "muster");
        environment.put("DB_USER", "muster");
        environment.put("DB_PASSWORD", cluster.password());
        environment.put("SHUTDOWN_DELAY_S", SHUTDOWN_DELAY_SECONDS);
        return Server.start(environment, port, war);
    }

    private static void startProxy() throws IOException {
        var port = Server.freePort();
        base = URI.create("http://localhost:" + port);
        var process = new ProcessBuilder("/usr/sbin/haproxy", "-f", "server-config/patroni/haproxy.cfg")
                .redirectErrorStream(true)
                .redirectOutput(Path.of(System.getProperty("project.build.directory"), "run", "haproxy-cluster.log")
                        .toFile());
        process.environment().put("LISTEN", "127.0.0.1:" + port);
        process.environment().put("MUSTER_1", "127.0.0.1:" + PORTS.get(0));
        process.environment().put("MUSTER_2", "127.0.0.1:" + PORTS.get(1));
        proxy = process.start();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (proxy != null) {
            proxy.destroy();
            proxy.waitFor(10, TimeUnit.SECONDS);
        }
        SERVERS.forEach(Server::close);
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void awaitHealth() {
        cluster.awaitComplete();
        await("both Musters", START, () -> up() == SERVERS.size());
        await("the replicas to be used", START, () -> SERVERS.stream().allMatch(ClusterFaults::usesReplicas));
        var check =
                prepared.fresh().start(READERS, 1).during(Duration.ofSeconds(2)).stop();
        assertThat(check.failed()).as("requests before the fault").isEmpty();
    }

    private static boolean usesReplicas(Server server) {
        return Client.unvalidated(server.base())
                .get("/metrics")
                .body()
                .lines()
                .anyMatch(line ->
                        line.startsWith("hikaricp_connections{pool=\"muster-replica\"}") && !line.endsWith(" 0.0"));
    }

    private static long up() {
        try {
            return Client.unvalidated(base)
                    .get("/haproxy;csv")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("muster,") && !line.startsWith("muster,BACKEND"))
                    .filter(line -> line.contains(",UP,"))
                    .count();
        } catch (UncheckedIOException notListening) {
            return 0;
        }
    }

    private static Load load() {
        return prepared.fresh().start(READERS, 1).during(Duration.ofSeconds(3));
    }

    /** Checks that every confirmed write is there once, prints the row, and returns how many reads failed. */
    private static long report(String fault, Load load, String figure) throws SQLException, IOException {
        var reads = load.where(outcome -> outcome.title() == null);
        var writes = load.where(outcome -> outcome.title() != null);
        var failedReads = reads.stream().filter(outcome -> !outcome.ok()).count();
        var failedWrites = writes.stream().filter(outcome -> !outcome.ok()).count();
        var slowest = reads.stream().mapToDouble(Load.Outcome::seconds).max().orElse(0);
        var row = "| %s | %,d of %,d | %,d of %,d | %.1f s | %s |%n"
                .formatted(fault, failedReads, reads.size(), failedWrites, writes.size(), slowest, figure);
        System.out.print(row);
        System.out.println("Failed reads: " + load.statuses(outcome -> outcome.title() == null && !outcome.ok())
                + ", failed writes: " + load.statuses(outcome -> outcome.title() != null && !outcome.ok()));
        Files.writeString(TABLE, row, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        try (var connection = cluster.connectToPrimary()) {
            assertThat(load.violations(connection)).isEmpty();
        }
        return failedReads;
    }

    private static String firstWrite(Load load, long promoted) {
        return "first write %.2f s after the promotion".formatted(load.firstSuccessAfter(promoted, true));
    }

    @Test
    void switchover() throws Exception {
        var load = load();
        var standby = cluster.standby();

        cluster.switchOver();
        await("the promotion", START, () -> cluster.isPrimary(standby));
        load.during(Duration.ofSeconds(8)).stop();

        assertThat(report("planned switchover", load, "slowest write %.1f s".formatted(load.slowest())))
                .isZero();
        assertThat(load.failed()).isEmpty();
    }

    @Test
    void thePrimaryIsKilled() throws Exception {
        var load = load();
        var primary = cluster.primary();
        var standby = cluster.standby();

        cluster.kill(primary);
        await("the promotion", START, () -> cluster.isPrimary(standby));
        var promoted = System.nanoTime();
        load.during(Duration.ofSeconds(6)).stop();
        cluster.start(primary);

        assertThat(report("primary killed", load, firstWrite(load, promoted))).isZero();
        assertThat(load.firstSuccessAfter(promoted, true)).isLessThanOrEqualTo(1);
    }

    @Test
    void theStandbyIsKilled() throws Exception {
        var load = load();
        var standby = cluster.standby();

        cluster.kill(standby);
        var killed = System.nanoTime();
        load.during(Duration.ofSeconds(30)).stop();
        cluster.start(standby);

        var failed = report(
                "standby killed",
                load,
                "first write %.1f s later".formatted(load.firstSuccessAfter(killed + 1_000_000_000L, true) + 1));
        assertThat(failed).isZero();
    }

    @Test
    void etcdIsLost() throws Exception {
        var load = load();

        cluster.killEtcd();
        load.during(Duration.ofSeconds(30));
        cluster.startEtcd();
        load.during(Duration.ofSeconds(10)).stop();

        assertThat(report("etcd lost for 30 s", load, "")).isZero();
        assertThat(load.failed()).isEmpty();
    }

    @Test
    void theNetworkBetweenTheNodesIsCut() throws Exception {
        var load = load();

        cluster.cutBetweenNodes();
        var cut = System.nanoTime();
        load.during(Duration.ofSeconds(30));
        cluster.heal();
        load.during(Duration.ofSeconds(10)).stop();

        var failed = report(
                "network between the nodes cut for 30 s",
                load,
                "first write %.1f s later".formatted(load.firstSuccessAfter(cut + 1_000_000_000L, true) + 1));
        assertThat(failed).isZero();
        assertThat(load.failed()).isEmpty();
    }

    @Test
    void thePrimaryIsCutOff() throws Exception {
        var load = load();
        var primary = cluster.primary();
        var standby = cluster.standby();

        cluster.isolate(primary);
        await("the promotion", START, () -> cluster.isPrimary(standby));
        var promoted = System.nanoTime();
        load.during(Duration.ofSeconds(10));
        cluster.heal();
        load.during(Duration.ofSeconds(10)).stop();

        assertThat(report("primary cut off from the other node and from etcd", load, firstWrite(load, promoted)))
                .isZero();
        assertThat(load.firstSuccessAfter(promoted, true)).isLessThanOrEqualTo(1);
    }

    @Test
    void aMusterIsKilled() throws Exception {
        var load = load();

        SERVERS.get(0).kill();
        load.during(Duration.ofSeconds(6)).stop();
        SERVERS.set(0, startServer(PORTS.get(0)));
        SERVERS.get(0).awaitReady(START);

        assertThat(report("one Muster gets SIGKILL", load, "")).isZero();
    }

    @Test
    void theMustersAreRestartedOneAfterTheOther() throws Exception {
        var load = load();

        restartServers();
        load.during(Duration.ofSeconds(2)).stop();

        assertThat(report("both Musters restarted in turn, SHUTDOWN_DELAY_S=3", load, ""))
                .isZero();
        assertThat(load.failed()).isEmpty();
    }

    @Test
    void theMustersAreUpgradedOneAfterTheOther() throws Exception {
        var load = load();

        war = NextRelease.of(war, """
                ALTER TABLE activity ADD COLUMN of_next_release text NOT NULL DEFAULT 'none';
                CREATE INDEX activity_of_next_release ON activity (group_id, of_next_release);
                """);
        restartServers();
        load.during(Duration.ofSeconds(2)).stop();

        try (var connection = cluster.connectToPrimary();
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM activity WHERE of_next_release = 'none'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isPositive();
        }
        assertThat(report("both Musters upgraded in turn, with a migration, SHUTDOWN_DELAY_S=3", load, ""))
                .isZero();
        assertThat(load.failed()).isEmpty();
    }

    private static void restartServers() {
        for (var i = 0; i < SERVERS.size(); i++) {
            assertThat(SERVERS.get(i).stop()).isZero();
            SERVERS.set(i, startServer(PORTS.get(i)));
            SERVERS.get(i).awaitReady(START);
            await("both Musters", START, () -> up() == SERVERS.size());
        }
    }
}
