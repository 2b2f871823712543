package org.muster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Installed;
import org.muster.RunningMuster;
import org.muster.run.Server;

/** Two Musters, a primary and two replicas. The last tests kill the primary and promote a replica. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaReadsIT {
    private static final int CLIENTS = 8;
    /** How many times somebody writes and reads that back. */
    private static final int ROUNDS = Integer.getInteger("replica.rounds", 2_000);

    private static ReplicatedDatabase database;
    private static Server one;
    private static Server other;
    private static Client owner;
    private static String group;

    @BeforeAll
    static void start() throws Exception {
        Installed.require(
                ReplicatedDatabase.installed().isPresent(),
                "no pg_basebackup under /usr/lib/postgresql: install Debian's package postgresql");
        database = ReplicatedDatabase.asynchronous(2);
        one = Server.start(environment());
        other = Server.start(environment());
        one.awaitReady(Duration.ofSeconds(90));
        other.awaitReady(Duration.ofSeconds(90));
        await("the replicas to be used", Duration.ofSeconds(20), () -> usesReplicas(one) && usesReplicas(other));
        owner = Client.anonymous(one.base()).signedUp("Replicated");
        group = "/api/v1/groups/"
                + owner.post(
                                "/api/v1/groups",
                                "{'name':'Replicated','zone':'UTC','visibility':'public','joinPolicy':'open'}")
                        .id();
    }

    private static Map<String, String> environment() {
        return Map.of(
                "MUSTER_ENV_FILE", RunningMuster.emptyFile(),
                "DB_HOST", database.hosts(),
                "DB_NAME", "muster",
                "DB_USER", "muster",
                "DB_PASSWORD", database.password(),
                "DB_REPLICA_HOSTS", database.standbyHosts());
    }

    @AfterAll
    static void stop() {
        for (var opened : new AutoCloseable[] {one, other, database}) {
            try {
                if (opened != null) {
                    opened.close();
                }
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static boolean usesReplicas(Server server) {
        return metric(server, "hikaricp_connections{pool=\"muster-replica\"}") > 0 && age(server) < 1;
    }

    /** The age of what the best replica has replayed, in seconds. */
    private static double age(Server server) {
        return lines(server, "muster_replica_age_seconds").stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(Double.MAX_VALUE);
    }

    private static double metric(Server server, String name) {
        return lines(server, name).stream().mapToDouble(Double::doubleValue).sum();
    }

    private static List<Double> lines(Server server, String name) {
        return Client.unvalidated(server.base())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{server="))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
    }

    @Test
    @Order(1)
    void readsRunOnReplicas() {
        var before = metric(one, "muster_replica_reads_total");

        var answers = IntStream.range(0, 20).mapToObj(any -> owner.get(group)).toList();

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(metric(one, "muster_replica_reads_total") - before).isGreaterThanOrEqualTo(20);
        assertThat(answers).allMatch(answer -> answer.header("Muster-Stale") == null);
    }

    @Test
    @Order(2)
    void aWriteIsAnsweredWithItsTransaction() {
        var created = owner.post(
                group + "/activities", "{'title':'Seen','startsLocal':'2030-01-01T10:00','durationMinutes':60}");

        assertThat(created.header("Muster-Seen")).matches("[0-9]+");
        assertThat(created.response().headers().allValues("Set-Cookie"))
                .anyMatch(cookie -> cookie.startsWith("muster-seen=" + created.header("Muster-Seen") + ";"));
        assertThat(owner.get(group).header("Muster-Seen")).isNull();
    }

    @Test
    @Order(2)
    void exportsAreReadOnThePrimary() {
        assertThat(owner.get(group + "/export").status()).isEqualTo(200);
        assertThat(owner.get("/api/v1/me/export").status()).isEqualTo(200);
    }

    @Test
    @Order(2)
    void whoFollowsChangesReadsWhatTheyAreAbout() throws SQLException {
        database.pauseReplay(0, true);
        database.pauseReplay(1, true);
        try {
            var since = owner.get(group + "/changes?after=now").string("next");
            var created = owner.post(
                    group + "/activities", "{'title':'Told','startsLocal':'2030-01-01T10:00','durationMinutes':60}");
            var other = owner.get(group + "/changes?after=" + since);
            assertThat(other.header("Muster-Seen")).isEqualTo(other.string("next"));

            var list = owner.with("Muster-Seen", other.header("Muster-Seen")).get(group + "/activities?limit=100");

            assertThat(list.body()).contains(created.id().toString());
        } finally {
            database.pauseReplay(0, false);
            database.pauseReplay(1, false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "99999999999999999999", "MC8w", "MC8wLzA"})
    @Order(2)
    void whoeverSendsNoTokenReadsAllTheSame(String token) {
        assertThat(owner.with("Muster-Seen", token).get(group).status()).isEqualTo(200);
    }

    @Test
    @Order(3)
    void whoWroteReadsItWhileReplayIsPausedAtRandom() throws Exception {
        var running = new AtomicInteger(CLIENTS);
        var stale = new ConcurrentLinkedQueue<String>();
        var left = new AtomicInteger(ROUNDS);
        var clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> new Thread(() -> {
                    try {
                        writeAndReadBack(number, left, stale);
                    } catch (RuntimeException failure) {
                        stale.add(failure.toString());
                    } finally {
                        running.decrementAndGet();
                    }
                }))
                .toList();
        clients.forEach(Thread::start);
        var random = new Random(7);
        while (running.get() > 0) {
            var standby = random.nextInt(2);
            database.pauseReplay(standby, true);
            LockSupport.parkNanos(random.nextInt(400_000_000));
            database.pauseReplay(standby, false);
            LockSupport.parkNanos(random.nextInt(200_000_000));
        }

        assertThat(stale).isEmpty();
        assertThat(metric(one, "muster_replica_reads_total")).isGreaterThan(ROUNDS / 10.0);
        System.out.printf(
                "%d writes read back; on replicas %.0f, left to the primary %.0f%n",
                ROUNDS,
                metric(one, "muster_replica_reads_total") + metric(other, "muster_replica_reads_total"),
                metric(one, "muster_replica_behind_total") + metric(other, "muster_replica_behind_total"));
    }

    /** Changes one activity again and again on one Muster, and reads it on the other. */
    private static void writeAndReadBack(int number, AtomicInteger left, ConcurrentLinkedQueue<String> stale) {
        var writer = owner.at(number % 2 == 0 ? one.base() : other.base());
        var reader = owner.at(number % 2 == 0 ? other.base() : one.base());
        var created = writer.post(
                group + "/activities",
                "{'title':'Round','startsLocal':'2030-01-01T10:00','durationMinutes':60,'place':'%s'}"
                        .formatted(number));
        var path = group + "/activities/" + created.id();
        while (left.getAndDecrement() > 0) {
            var place = UUID.randomUUID().toString();
            var written = writer.with("If-Match", "*").patch(path, "{'place':'%s'}".formatted(place));
            var read = reader.with("Muster-Seen", written.header("Muster-Seen")).get(path);
            if (written.status() != 200
                    || read.status() != 200
                    || !read.string("place").equals(place)) {
                stale.add("wrote " + written.status() + " " + place + ", read " + read.status() + " " + read.body());
            }
        }
    }

    @Test
    @Order(4)
    void nobodyReadsFromReplicasThatAreTooFarBehind() throws SQLException {
        database.pauseReplay(0, true);
        database.pauseReplay(1, true);
        try {
            var stranger = Client.anonymous(one.base());
            var created = owner.post(
                    group + "/activities",
                    "{'title':'Behind','startsLocal':'2030-01-01T10:00','durationMinutes':60,'visibility':'public'}");
            var path = group + "/activities/" + created.id();
            // What a replica does not have at all is asked of the primary.
            assertThat(owner.get(path).status()).isEqualTo(200);

            await("the replicas to be too far behind", Duration.ofSeconds(10), () -> age(one) > 1.2);
            owner.with("If-Match", "*").patch(path, "{'place':'Here'}");

            assertThat(owner.get(path).string("place")).isEqualTo("Here");
            assertThat(stranger.get(group).header("Muster-Stale")).isNull();
        } finally {
            database.pauseReplay(0, false);
            database.pauseReplay(1, false);
        }
        await("the replicas to be used again", Duration.ofSeconds(20), () -> usesReplicas(one));
    }

    @Test
    @Order(5)
    void aReplicaThatDoesNotAnswerSlowsDownNobodyForLong() throws Exception {
        database.signalStandby(1, "STOP");
        try {
            var slowest = 0L;
            for (var i = 0; i < 200; i++) {
                var begun = System.nanoTime();
                assertThat(owner.get(group).status()).isEqualTo(200);
                slowest = Math.max(slowest, System.nanoTime() - begun);
            }
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(5));
        } finally {
            database.signalStandby(1, "CONT");
        }
        await("the replica to be used again", Duration.ofSeconds(20), () -> usesReplicas(one));
    }

    @Test
    @Order(6)
    void aReplicaThatIsKilledFailsNoRead() throws Exception {
        var before = metric(one, "muster_replica_reads_total");
        database.killStandby(1);
        try {
            for (var i = 0; i < 200; i++) {
                assertThat(owner.get(group).status()).isEqualTo(200);
            }
            assertThat(metric(one, "muster_replica_reads_total")).isGreaterThan(before + 100);
        } finally {
            database.startStandby(1);
        }
    }

    @Test
    @Order(7)
    void withoutAPrimaryReadsGoOnAndSaySo() throws Exception {
        var stranger = Client.anonymous(one.base());
        database.killPrimary();

        var statuses = new ConcurrentLinkedQueue<Integer>();
        await("an answer that is marked as stale", Duration.ofSeconds(15), () -> {
            var answer = stranger.get(group);
            statuses.add(answer.status());
            return answer.header("Muster-Stale") != null;
        });

        assertThat(statuses).allMatch(status -> status == 200);
        assertThat(owner.get(group).status()).isEqualTo(200);
        assertThat(Integer.parseInt(stranger.get(group).header("Muster-Stale"))).isPositive();
        assertThat(stranger.get("/health/ready").status()).isEqualTo(200);
        assertThat(stranger.get("/health/ready").body()).contains("\"degraded\":true");
        var write = owner.post(
                group + "/activities", "{'title':'None','startsLocal':'2030-01-01T10:00','durationMinutes':60}");
        assertThat(write.status()).isEqualTo(503);
        assertThat(write.header("Retry-After")).isNotNull();
    }

    @Test
    @Order(8)
    void afterThePromotionWritesGoOn() throws Exception {
        database.promoteStandby();

        await(
                "a write",
                Duration.ofSeconds(30),
                () -> owner.post(
                                        group + "/activities",
                                        "{'title':'After','startsLocal':'2030-01-01T10:00','durationMinutes':60}")
                                .status()
                        == 201);
        await(
                "answers that are not stale",
                Duration.ofSeconds(30),
                () -> owner.get(group).header("Muster-Stale") == null);
    }
}
