package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.run.Processes;

/** The database, or one of its processes, fails and recovers. */
@ExtendWith(Rig.Shared.class)
class DatabaseFaults {
    private final Rig rig;
    private final Report report;

    DatabaseFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @Test
    void idleBackendsAreTerminated() throws Exception {
        var load = rig.load();
        for (var round = 0; round < 20; round++) {
            rig.terminateBackends();
            load.read();
            load.write();
        }

        report.add(8, "all backends terminated while idle, 20 times", "all replaced before use", load);
        assertThat(load.failed()).isEmpty();
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void backendsAreTerminatedUnderLoad() throws Exception {
        var load = rig.load().start(6, 3);
        for (var round = 0; round < 25; round++) {
            load.during(Duration.ofMillis(200));
            rig.terminateBackends();
        }
        load.during(Duration.ofMillis(500)).stop();

        report.add(8, "all backends terminated under load, 25 times", unknown(load), load);
        assertThat(load.violations(rig.database)).isEmpty();
        assertThat(load.where(outcome -> outcome.title() == null && !outcome.ok()))
                .isEmpty();
        assertThat(load.where(outcome -> !outcome.ok() && !outcome.unknown())).isEmpty();
    }

    @Test
    void aBackendCrashCausesARestart() throws Exception {
        var load = rig.load().start(6, 3).during(Duration.ofSeconds(1));
        var victim = rig.database
                .postmaster()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("muster"))
                .findFirst();
        rig.execute("SELECT pg_backend_pid()");
        var pid = backend();
        var killed = System.nanoTime();
        Processes.signal("KILL", java.util.List.of((long) pid));
        load.during(Duration.ofSeconds(4)).stop();

        report.add(
                8,
                "one backend killed, so PostgreSQL terminates all of them",
                "first success %.2f s after the crash; %s"
                        .formatted(load.firstSuccessAfter(killed, false), unknown(load)),
                load);
        assertThat(load.violations(rig.database)).isEmpty();
        assertThat(load.where(outcome -> !outcome.ok() && !outcome.unknown())).isEmpty();
    }

    private int backend() throws Exception {
        try (var connection = rig.database.connectAsSuperuser();
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT pid FROM pg_stat_activity WHERE application_name = 'muster' LIMIT 1")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void theDatabaseRestarts() throws Exception {
        var load = rig.load().start(6, 3).during(Duration.ofSeconds(1));
        var since = System.nanoTime();
        rig.stopFast();
        rig.database.start();
        var back = System.nanoTime();
        load.during(Duration.ofSeconds(3)).stop();

        report.add(
                8,
                "PostgreSQL restarted in %.1f s under load".formatted((back - since) / 1e9),
                "first success %.2f s after the restart; %s"
                        .formatted(load.firstSuccessAfter(back, false), unknown(load)),
                load);
        System.out.println(load.statuses());
        assertThat(load.violations(rig.database)).isEmpty();
        assertThat(load.where(outcome -> !outcome.ok() && !outcome.unknown())).isEmpty();
    }

    @Test
    void theDatabaseIsDownForTenSeconds() throws Exception {
        var load = rig.load().start(6, 2).during(Duration.ofSeconds(1));
        rig.crash();
        await("the outage to be known", Duration.ofSeconds(5), () -> !rig.ready());
        var known = System.nanoTime();
        load.during(Duration.ofSeconds(8));
        var begun = System.nanoTime();
        rig.database.start();
        var back = System.nanoTime();
        load.during(Duration.ofSeconds(2)).stop();

        var refused = load.where(outcome -> outcome.at() > known && outcome.at() < begun);
        var p99 = refused.stream()
                .mapToDouble(Load.Outcome::seconds)
                .sorted()
                .skip((long) (refused.size() * 0.99))
                .findFirst()
                .orElseThrow();
        var first = load.firstSuccessAfter(back, false);
        report.add(
                6,
                "`pg_ctl stop -m immediate`, started again after 10 s",
                "503 within %.0f ms (99th percentile); first success %.2f s after the restart"
                        .formatted(p99 * 1e3, first),
                load);
        assertThat(refused).allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(503));
        assertThat(p99).isLessThanOrEqualTo(0.05);
        assertThat(first).isLessThanOrEqualTo(1.0);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    @Test
    void allPostgresProcessesAreSuspended() throws Exception {
        var load = rig.load().start(6, 2).during(Duration.ofSeconds(1));
        rig.signal("STOP", true);
        load.during(Duration.ofSeconds(14));
        rig.signal("CONT", true);
        var back = System.nanoTime();
        load.during(Duration.ofSeconds(3)).stop();

        report.add(
                7,
                "SIGSTOP of all PostgreSQL processes for 14 s",
                "slowest response %.1f s; first success %.2f s after the end"
                        .formatted(load.slowest(), load.firstSuccessAfter(back, false)),
                load);
        assertThat(load.slowest()).isLessThanOrEqualTo(10.2);
        assertThat(load.firstSuccessAfter(back, false)).isLessThanOrEqualTo(1.5);
        assertThat(load.violations(rig.database)).isEmpty();
    }

    private static String unknown(Load load) {
        return "%d reads failed, %s"
                .formatted(
                        load.where(outcome -> outcome.title() == null && !outcome.ok())
                                .size(),
                        load.unknownOutcomes());
    }
}
