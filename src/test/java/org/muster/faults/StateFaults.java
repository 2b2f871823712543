package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database answers, and an operator, a full disk or a schema change keeps it from doing all that it did. */
@ExtendWith(Rig.Shared.class)
class StateFaults {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Rig rig;
    private final Report report;

    StateFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @AfterEach
    void restore() throws SQLException {
        rig.database.execute(
                "ALTER SYSTEM RESET synchronous_standby_names",
                "SELECT pg_reload_conf()",
                "ALTER DATABASE muster RESET ALL",
                "ALTER ROLE muster RESET ALL",
                "GRANT CONNECT ON DATABASE muster TO public, muster");
        rig.terminateBackends();
        await("readiness", TIMEOUT, rig::ready);
    }

    @Test
    void noConnectionCanBeOpened() throws Exception {
        for (var i = 0; i < 5; i++) {
            rig.load().read();
        }
        var load = rig.load().start(2, 0).during(Duration.ofMillis(500));
        rig.database.execute("REVOKE CONNECT ON DATABASE muster FROM public, muster");
        var more = rig.load().start(12, 4).during(Duration.ofSeconds(5)).stop();
        load.stop();

        report.add(
                18,
                "`REVOKE CONNECT`, 2 open connections, 16 more clients",
                "slowest response %.2f s".formatted(more.slowest()),
                load.sent() + more.sent(),
                load.failed().size() + more.failed().size());
        assertThat(load.failed()).isEmpty();
        assertThat(more.failed()).isEmpty();
        assertThat(more.violations(rig.database)).isEmpty();
    }

    @Test
    void theDatabaseIsReadOnly() throws Exception {
        var load = rig.load().start(6, 2).during(Duration.ofSeconds(1));
        rig.database.execute("ALTER DATABASE muster SET default_transaction_read_only = on");
        rig.terminateBackends();
        load.during(Duration.ofSeconds(5));
        rig.database.execute("ALTER DATABASE muster RESET default_transaction_read_only");
        var back = System.nanoTime();
        load.during(Duration.ofSeconds(3)).stop();

        var reads = load.where(outcome -> outcome.title() == null);
        report.add(
                18,
                "the database is read-only for 5 s",
                "%d of %d reads failed; first write %.2f s after the end"
                        .formatted(
                                reads.stream().filter(outcome -> !outcome.ok()).count(),
                                reads.size(),
                                load.firstSuccessAfter(back, true)),
                load);
        assertThat(reads).allSatisfy(outcome -> assertThat(outcome.ok()).isTrue());
        assertThat(load.failed())
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(503));
        assertThat(load.firstSuccessAfter(back, true)).isLessThan(3);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void aSynchronousStandbyIsMissing() throws Exception {
        rig.database.execute("ALTER ROLE muster SET synchronous_commit = on");
        rig.terminateBackends();
        var load = rig.load().start(6, 12).during(Duration.ofSeconds(1));
        rig.database.execute("ALTER SYSTEM SET synchronous_standby_names = 'gone'", "SELECT pg_reload_conf()");
        load.during(Duration.ofSeconds(15));
        rig.database.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
        var back = System.nanoTime();
        load.during(Duration.ofSeconds(8)).stop();

        var reads = load.where(outcome -> outcome.title() == null);
        var slowest = reads.stream().mapToDouble(Load.Outcome::seconds).max().orElseThrow();
        report.add(
                18,
                "a synchronous standby is missing for 15 s, 12 writers",
                "%d of %d reads failed, slowest %.1f s; slowest write %.1f s; %s; first write %.1f s after the end"
                        .formatted(
                                reads.stream().filter(outcome -> !outcome.ok()).count(),
                                reads.size(),
                                slowest,
                                load.slowest(),
                                load.unknownOutcomes(),
                                load.firstSuccessAfter(back, true)),
                load);
        assertThat(reads).allSatisfy(outcome -> assertThat(outcome.ok()).isTrue());
        assertThat(load.failed())
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(503));
        assertThat(load.slowest()).isLessThan(10);
        assertThat(load.firstSuccessAfter(back, true)).isLessThan(6);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void columnsAreAddedAndChanged() throws Exception {
        var load = rig.load().start(6, 3).during(Duration.ofSeconds(1));
        for (var statement : List.of(
                "ALTER TABLE user_group ADD COLUMN later text",
                "ALTER TABLE activity ADD COLUMN later text",
                "ALTER TABLE activity ALTER COLUMN place TYPE varchar",
                "ALTER TABLE activity ALTER COLUMN place TYPE text",
                "ALTER TABLE activity DROP COLUMN later",
                "ALTER TABLE user_group DROP COLUMN later")) {
            rig.execute(statement);
            load.during(Duration.ofSeconds(1));
        }
        load.stop();

        report.add(18, "columns added, changed and dropped", "slowest response %.2f s".formatted(load.slowest()), load);
        assertThat(load.failed()).isEmpty();
        assertThat(load.violations(rig.database)).isEmpty();
    }

    /** A tablespace on a file system of 16 MB, which another file fills. Skipped where this user cannot mount one. */
    @Test
    void theDiskIsFull() throws Exception {
        try (var disk = SmallDisk.mounted(rig.database)) {
            disk.hold("activity");
            var load = rig.load().start(6, 2).during(Duration.ofSeconds(1));
            disk.fill();
            await("a write that fails", TIMEOUT, () -> !load.failed().isEmpty());
            load.during(Duration.ofSeconds(4));
            var readiness = rig.readiness();
            disk.free();
            var back = System.nanoTime();
            load.during(Duration.ofSeconds(3)).stop();

            var reads = load.where(outcome -> outcome.title() == null);
            report.add(
                    18,
                    "the disk is full for 4 s",
                    "%d of %d reads failed; first write %.2f s after the end"
                            .formatted(
                                    reads.stream()
                                            .filter(outcome -> !outcome.ok())
                                            .count(),
                                    reads.size(),
                                    load.firstSuccessAfter(back, true)),
                    load);
            assertThat(readiness.getString("reason")).contains("has no disk space left", "Free disk space");
            assertThat(reads).allSatisfy(outcome -> assertThat(outcome.ok()).isTrue());
            assertThat(load.failed())
                    .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(503));
            assertThat(load.firstSuccessAfter(back, true)).isLessThan(3);
            assertThat(load.violations(rig.database)).isEmpty();
        }
    }
}
