package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.muster.Await.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The demand exceeds the capacity of the pool or of the database. */
@ExtendWith(Rig.Shared.class)
class PoolFaults {
    private static final long IDLE_SECONDS = Math.max(60, 2 * Rig.IDLE_PERIOD.toSeconds());
    private static final Duration SHRINK_TIMEOUT = Rig.IDLE_PERIOD.plusSeconds(25);

    private final Rig rig;
    private final Report report;

    PoolFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @Test
    void theDatabaseRefusesFurtherConnections() throws Exception {
        await("the pool at rest", SHRINK_TIMEOUT, () -> rig.backends() <= 3);
        rig.execute("ALTER ROLE muster CONNECTION LIMIT 3");
        var load = rig.load().start(14, 2).during(Duration.ofSeconds(6));
        var backends = rig.backends();
        load.stop();

        report.add(
                10,
                "database accepts only 3 connections (53300), 16 clients",
                "slowest response %.2f s on %d connections".formatted(load.slowest(), backends),
                load);
        assertThat(load.failed()).isEmpty();
        assertThat(backends).isLessThanOrEqualTo(3);
    }

    @Test
    void twentyFiveCallersCompeteForTenConnections() throws Exception {
        var load = rig.load();
        int most;
        try (var connection = rig.database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM user_group FOR UPDATE");
            load.start(0, 25).during(Duration.ofSeconds(11));
            most = rig.backends();
            connection.rollback();
        }
        load.stop();

        var refused = load.where(outcome -> outcome.status() == 503);
        var soonest = refused.stream().mapToDouble(Load.Outcome::seconds).min().orElseThrow();
        var latest = refused.stream().mapToDouble(Load.Outcome::seconds).max().orElseThrow();
        report.add(
                10,
                "10 requests hold all connections, 15 wait",
                "%d connections open; 503 after %.2f to %.2f s".formatted(most, soonest, latest),
                load);
        assertThat(most).isEqualTo(10);
        assertThat(soonest).isCloseTo(10, within(0.2));
        assertThat(latest).isCloseTo(10, within(0.4));
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void anIdlePoolKeepsItsMinimum() throws Exception {
        await("the pool at rest", SHRINK_TIMEOUT, () -> rig.backends() == 2);
        var opened = rig.proxy.accepted();
        for (var second = 0; second < IDLE_SECONDS; second++) {
            rig.load().during(Duration.ofSeconds(1));
            assertThat(rig.backends()).isEqualTo(2);
        }

        var reconnects = rig.proxy.accepted() - opened;
        report.add(
                10,
                "no requests for %d s (%d idle time-outs)"
                        .formatted(IDLE_SECONDS, IDLE_SECONDS / Rig.IDLE_PERIOD.toSeconds()),
                "2 connections, %d reconnects".formatted(reconnects),
                0,
                0);
        assertThat(reconnects).isZero();
    }
}
