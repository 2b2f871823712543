package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.muster.run.EmbeddedDatabase;

/** The connection is cut around a commit: confirmed writes exist, refused ones do not, and none exists twice. */
@ExtendWith(Rig.Shared.class)
class CommitFaults {
    private static final int CUTS = 20;
    private static final int WRITERS = 3;

    private final Rig rig;
    private final Report report;

    CommitFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreCutAroundACommit(TcpProxy.Cut where) throws Exception {
        var load = rig.load().start(4, WRITERS);
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

    @Test
    void withSeveralHostsTheDatabaseIsAskedForTheOutcome() throws Exception {
        var database = EmbeddedDatabase.temporary();
        // The first host has the port of the proxy.
        try (var several = new Rig(database, Map.of("DB_HOST", "localhost,localhost:" + database.port()))) {
            var load = several.load().start(4, WRITERS);
            for (var where : TcpProxy.Cut.values()) {
                for (var i = 0; i < CUTS; i++) {
                    several.proxy.cutNextCommit(where);
                    await("a commit to be cut", Duration.ofSeconds(5), several.proxy::hasCut);
                    // A request is retried seven times at most: do not cut the same one again.
                    var confirmed = confirmed(load);
                    await("the writes", Duration.ofSeconds(15), () -> confirmed(load) >= confirmed + 2 * WRITERS);
                }
            }
            load.during(Duration.ofMillis(500)).stop();

            report.add(
                    8,
                    "`DB_HOST` has two hosts: connection cut around a commit, " + 3 * CUTS + " times",
                    "0 outcomes unknown; 0 writes lost or duplicated",
                    load);
            assertThat(load.violations(database)).isEmpty();
            assertThat(load.failed()).isEmpty();
        }
    }

    private static long confirmed(Load load) {
        return load.where(outcome -> outcome.ok() && outcome.title() != null).size();
    }
}
