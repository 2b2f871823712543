package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.time.Duration;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.run.Server;

/** The network drops, resets, delays or refuses connections. */
@ExtendWith(Rig.Shared.class)
class NetworkFaults {
    private final Rig rig;
    private final Report report;

    NetworkFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @Test
    void aBlackHoleUnderLoad() throws Exception {
        var load = rig.load().start(6, 2).during(Duration.ofSeconds(1));
        rig.proxy.dropAll();
        load.during(Duration.ofSeconds(15));
        rig.proxy.pass();
        var back = System.nanoTime();
        load.during(Duration.ofSeconds(4)).stop();

        var first = load.firstSuccessAfter(back, false);
        report.add(
                7,
                "black hole of 15 s under load",
                "slowest response %.1f s; first success %.2f s after the end".formatted(load.slowest(), first),
                load);
        assertThat(load.slowest()).isLessThanOrEqualTo(10.0);
        assertThat(first).isLessThanOrEqualTo(2.0);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void aBlackHoleWithFiftyRequestsOnAColdPool() throws Exception {
        rig.proxy.dropAll();
        rig.terminateBackends();
        var load = rig.load();
        atOnce(50, load);

        report.add(
                7,
                "black hole, 50 requests at once, no open connections",
                "slowest response %.1f s".formatted(load.slowest()),
                load);
        assertThat(load.slowest()).isLessThanOrEqualTo(10.0);
        assertThat(load.failed()).allMatch(outcome -> outcome.status() == 503);
    }

    @Test
    void fiftyRequestsAtOnceOnAColdPool() throws Exception {
        rig.terminateBackends();
        var load = rig.load();
        atOnce(50, load);

        report.add(
                7,
                "50 requests at once, no open connections",
                "slowest response %.2f s, %d connections".formatted(load.slowest(), rig.backends()),
                load);
        assertThat(load.failed()).isEmpty();
        assertThat(rig.backends()).isLessThanOrEqualTo(10);
    }

    @Test
    void aLargeStatementArrivesSlowly() throws Exception {
        var ann = rig.client.signedUp("Ann");
        var group = ann.post("/api/v1/groups", "{'name':'Large','zone':'UTC'}").id();
        rig.execute("""
                INSERT INTO activity (title, description, place, online_url, starts_local, zone, duration_minutes, guests_allowed,
                       waitlist, visibility, starts_at, tzdb_version, group_id, activity_id)
                SELECT 'Large', repeat('x', 10000), '', '', '2030-01-01', 'UTC', 60, 0, true, 'public', '2030-01-01', '2026a', '%s',
                       uuidv7()
                  FROM generate_series(1, 2800)
                """.formatted(group));
        var other = new UUID(group.getMostSignificantBits(), group.getLeastSignificantBits() ^ 1);
        var document =
                ann.get("/api/v1/groups/" + group + "/export").body().replace(group.toString(), other.toString());
        rig.proxy.slowDown(2 << 20);
        var since = System.nanoTime();

        var imported = ann.post("/api/v1/groups/import", document);

        var seconds = (System.nanoTime() - since) / 1e9;
        report.add(
                7,
                "a statement of 30 MB over a network that carries 2 MB/s",
                "completed after %.1f s".formatted(seconds),
                1,
                imported.status() == 201 ? 0 : 1);
        assertThat(imported.status()).as("%.300s", imported.body()).isEqualTo(201);
        assertThat(seconds).isGreaterThan(5);
    }

    @Test
    void idleConnectionsAreLostSilently() throws Exception {
        var slowest = 0.0;
        var load = rig.load();
        for (var round = 0; round < 5; round++) {
            load.during(Duration.ofMillis(300));
            rig.proxy.silence();
            var asked = System.nanoTime();
            assertThat(load.read().ok()).isTrue();
            slowest = Math.max(slowest, (System.nanoTime() - asked) / 1e9);
        }

        report.add(
                7,
                "black hole for idle connections, new ones work",
                "detected and replaced within %.2f s".formatted(slowest),
                load);
        assertThat(load.failed()).isEmpty();
        assertThat(slowest).isLessThanOrEqualTo(1.3);
    }

    /** The loss occurs while the server's pool runs its first statement on a new connection, before it is borrowed. */
    @Test
    void newConnectionsAreLostSilently() throws Exception {
        var load = rig.load();
        for (var round = 0; round < 3; round++) {
            rig.proxy.silenceAt(Server.firstStatement());
            rig.terminateBackends();
            await("a new connection", Duration.ofSeconds(20), () -> {
                assertThat(load.read().ok()).isTrue();
                return rig.proxy.hasSilenced();
            });
            load.read();
        }

        report.add(
                7,
                "black hole for new connections before their first use, 3 times",
                "slowest response %.2f s".formatted(load.slowest()),
                load);
        assertThat(load.failed()).isEmpty();
        assertThat(load.slowest()).isLessThanOrEqualTo(3.0);
    }

    @Test
    void connectionsInUseAreLostSilently() throws Exception {
        var load = rig.load().start(6, 2);
        for (var round = 0; round < 3; round++) {
            load.during(Duration.ofSeconds(1));
            rig.proxy.silence();
            load.during(Duration.ofSeconds(6));
        }
        load.stop();

        report.add(
                7,
                "black hole for connections in use, new ones work, 3 times",
                "slowest response %.1f s; 0 reads failed, %s".formatted(load.slowest(), load.unknownOutcomes()),
                load);
        assertThat(load.failed()).allMatch(Load.Outcome::unknown);
        assertThat(load.slowest()).isLessThanOrEqualTo(10.0);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void aProxyClosesIdleConnections() throws Exception {
        var load = rig.load();
        for (var round = 0; round < 20; round++) {
            rig.proxy.hangUp();
            load.read();
            load.write();
        }

        report.add(8, "idle connections closed by a proxy, 20 times", "all replaced before use", load);
        assertThat(load.failed()).isEmpty();
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void allConnectionsAreResetUnderLoad() throws Exception {
        var period = period();
        var load = rig.load().start(6, 3);
        for (var round = 0; round < 25; round++) {
            load.during(period);
            rig.proxy.reset();
        }
        load.during(Duration.ofMillis(500)).stop();

        report.add(
                8,
                "all connections reset under load, 25 times, every %.1f s".formatted(period.toMillis() / 1e3),
                "0 reads failed, %s".formatted(load.unknownOutcomes()),
                load);
        assertThat(load.violations(rig.database)).isEmpty();
        assertThat(load.failed()).allMatch(Load.Outcome::unknown);
    }

    @Test
    void connectionsAreRefusedForASecond() throws Exception {
        var load = rig.load().start(6, 2).during(Duration.ofSeconds(1));
        rig.proxy.refuse();
        load.during(Duration.ofSeconds(1));
        rig.proxy.pass();
        load.during(Duration.ofSeconds(2)).stop();

        report.add(
                6,
                "connections reset and refused for 1 s",
                "slowest response %.2f s; %s".formatted(load.slowest(), load.unknownOutcomes()),
                load);
        assertThat(load.failed()).allMatch(Load.Outcome::unknown);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void theNetworkIsSlow() throws Exception {
        var load = rig.load().start(10, 4).during(Duration.ofSeconds(1));
        rig.proxy.delay(60);
        load.during(Duration.ofSeconds(6));
        rig.proxy.delay(0);
        load.during(Duration.ofSeconds(1)).stop();

        report.add(
                7,
                "60 ms of added latency in each direction",
                "slowest response %.2f s".formatted(load.slowest()),
                load);
        assertThat(load.failed()).isEmpty();
    }

    /** Returns the interval between losses: long enough for this machine to answer all concurrent requests. */
    private Duration period() throws Exception {
        var slowest = 0.0;
        for (var round = 0; round < 5; round++) {
            rig.proxy.reset();
            var load = rig.load();
            atOnce(9, load);
            slowest = Math.max(slowest, load.slowest());
        }
        return Duration.ofMillis(Math.max(200, Math.round(slowest * 1_000)));
    }

    private static void atOnce(int requests, Load load) throws Exception {
        var executor = Executors.newFixedThreadPool(requests);
        try {
            executor.invokeAll(Collections.nCopies(requests, load::read));
        } finally {
            executor.shutdownNow();
        }
    }
}
