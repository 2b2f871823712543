package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.RunningMuster;
import org.muster.replication.ReplicatedDatabase;
import org.muster.run.Server;

/** The primary fails, and the standby takes over. */
@ExtendWith(Rig.Shared.class)
class FailoverFaults {
    private final Report report;

    FailoverFaults(Report report) {
        this.report = report;
    }

    @Test
    void thePrimaryIsKilledAndTheStandbyIsPromoted() throws Exception {
        Assumptions.assumeTrue(
                ReplicatedDatabase.installed().isPresent(),
                "no pg_basebackup under /usr/lib/postgresql: install Debian's package postgresql");
        try (var database = ReplicatedDatabase.synchronous();
                var server = Server.start(Map.of(
                        "MUSTER_ENV_FILE", RunningMuster.emptyFile(),
                        "DB_HOST", database.hosts(),
                        "DB_NAME", "muster",
                        "DB_USER", "muster",
                        "DB_PASSWORD", database.password()))) {
            server.awaitReady(Duration.ofSeconds(90));
            var prepared = Load.prepared(server.base());
            var load = prepared.fresh().start(4, 4).during(Duration.ofSeconds(6));

            database.killPrimary();
            load.during(Duration.ofSeconds(4));
            database.promoteStandby();
            var promoted = System.nanoTime();
            load.during(Duration.ofSeconds(5)).stop();

            var first = load.firstSuccessAfter(promoted, true);
            var confirmed = load.where(outcome -> outcome.ok() && outcome.title() != null)
                    .size();
            try (var connection = database.connectToStandby(0)) {
                var violations = load.violations(connection);
                report.add(
                        9,
                        "primary killed under write load, standby promoted 4 s later",
                        "first write %.2f s after the promotion; all %d confirmed writes present"
                                .formatted(first, confirmed),
                        load);
                assertThat(violations).isEmpty();
            }
            assertThat(first).isLessThanOrEqualTo(3.0);
        }
    }
}
