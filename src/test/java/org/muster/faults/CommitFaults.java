package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection is cut around a commit: confirmed writes exist, refused ones do not, and none exists twice. */
@ExtendWith(Rig.Shared.class)
class CommitFaults {
    private static final int CUTS = 20;

    private final Rig rig;
    private final Report report;

    CommitFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreCutAroundACommit(TcpProxy.Cut where) throws Exception {
        var load = rig.load().start(4, 3);
        for (var i = 0; i < CUTS; i++) {
            rig.proxy.cutNextCommit(where);
            await("a commit to be cut", Duration.ofSeconds(5), rig.proxy::hasCut);
        }
        load.during(Duration.ofMillis(500)).stop();

        var unknown = load.where(Load.Outcome::unknown).size();
        report.add(
                8,
                "connection cut " + where.name().toLowerCase().replace('_', ' ') + ", " + CUTS + " times",
                "%d reported as unknown outcome; 0 writes lost or duplicated".formatted(unknown),
                load);
        assertThat(load.violations(rig.database)).isEmpty();
        assertThat(unknown).isBetween(1, CUTS);
        assertThat(load.failed()).allMatch(Load.Outcome::unknown);
    }
}
