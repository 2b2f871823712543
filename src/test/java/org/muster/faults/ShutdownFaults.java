package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Processes;

/** The server receives a stop signal while it processes requests. */
@ExtendWith(Rig.Shared.class)
class ShutdownFaults {
    private final Report report;

    ShutdownFaults(Report report) {
        this.report = report;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalArrivesDuringTransactions(String signal) throws Exception {
        try (var rig = new Rig(EmbeddedDatabase.temporary(), Map.of())) {
            var slow = rig.load();
            var load = rig.load();
            long signalled;
            long unready;
            long released;
            // Started in advance, because starting a process would distort the measurement.
            try (var shell = new ProcessBuilder("sh").start().outputWriter();
                    var connection = rig.database.connect();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("SELECT 1 FROM user_group FOR UPDATE");
                // Three transactions wait for a lock, for longer than the grace period of the server itself.
                slow.start(0, 3);
                await("the transactions", Duration.ofSeconds(5), () -> rig.backends("wait_event_type = 'Lock'") == 3);
                load.start(6, 0).during(Duration.ofSeconds(1));
                var readiness = rig.load();
                signalled = System.nanoTime();
                shell.write(
                        "kill -%s %d\n".formatted(signal, rig.server.process().pid()));
                shell.flush();
                await("not ready", Duration.ofSeconds(2), () -> !rig.ready());
                unready = System.nanoTime();
                readiness.during(Duration.ofSeconds(6));
                connection.rollback();
                released = System.nanoTime();
            }
            slow.stop();
            await("the end of all sessions of Muster", Duration.ofSeconds(5), () -> rig.backends() == 0);
            var gone = (System.nanoTime() - released) / 1e9;
            load.stop();
            var exit = exitCode(rig);
            var finished = slow.where(Load.Outcome::ok).size();
            var cut = load.where(outcome -> outcome.status() == 0 && outcome.at() < released);
            var log = Files.readString(rig.database.log(), StandardCharsets.ISO_8859_1);

            report.add(
                    12,
                    "SIG" + signal + " while 3 transactions wait for 6 s",
                    "not ready after %.0f ms; %d of 3 completed; sessions closed %.2f s later; exit code %d"
                            .formatted((unready - signalled) / 1e6, finished, gone, exit),
                    load.sent() + slow.sent(),
                    cut.size());
            assertThat((unready - signalled) / 1e6).isLessThanOrEqualTo(100);
            assertThat(finished).isEqualTo(3);
            assertThat(cut).isEmpty();
            assertThat(load.where(outcome -> outcome.at() > unready && outcome.at() < released))
                    .isNotEmpty()
                    .allMatch(outcome -> outcome.status() == 503);
            assertThat(gone).isLessThanOrEqualTo(1.0);
            assertThat(exit).isZero();
            assertThat(log).doesNotContain("unexpected EOF", "connection reset");
            assertThat(slow.violations(rig.database)).isEmpty();
        }
    }

    @Test
    void requestsAreServedDuringTheDelay() throws Exception {
        var delay = Duration.ofSeconds(5);
        try (var rig = new Rig(EmbeddedDatabase.temporary(), Map.of("SHUTDOWN_DELAY_S", "5"))) {
            // To validate each answer would take too long.
            var probe = Client.unvalidated(rig.server.base());
            assertThat(probe.get("/health/ready").status()).isEqualTo(200);
            var load = rig.load().start(4, 2).during(Duration.ofSeconds(1));

            rig.server.terminate();
            var signalled = System.nanoTime();
            await(
                    "not ready",
                    Duration.ofSeconds(2),
                    () -> probe.get("/health/ready").status() == 503);
            var unready = System.nanoTime();
            assertThat(probe.get("/health/ready").body()).contains("\"reason\":\"stopping\"");
            var end = signalled + delay.toNanos() - Duration.ofMillis(500).toNanos();
            // Each on a new connection, while the others keep theirs.
            var fresh = new ArrayList<Load.Outcome>();
            while (System.nanoTime() < end) {
                fresh.add(rig.load().at(rig.server.base()).read());
                fresh.add(rig.load().at(rig.server.base()).write());
                assertThat(probe.get("/health/ready").status()).isEqualTo(503);
            }
            var exit = exitCode(rig);
            load.stop();

            var during = load.where(outcome -> outcome.at() > signalled && outcome.at() < end);
            var failed = Stream.concat(during.stream(), fresh.stream())
                    .filter(outcome -> !outcome.ok())
                    .toList();
            report.add(
                    15,
                    "SHUTDOWN_DELAY_S=5, SIGTERM, clients go on for 4.5 s",
                    "not ready after %.0f ms; exit code %d".formatted((unready - signalled) / 1e6, exit),
                    during.size() + fresh.size(),
                    failed.size());
            assertThat((unready - signalled) / 1e6).isLessThanOrEqualTo(250);
            assertThat(during).hasSizeGreaterThan(100);
            assertThat(failed).isEmpty();
            assertThat(exit).isZero();
            assertThat(load.violations(rig.database)).isEmpty();
            await("the end of all sessions of Muster", Duration.ofSeconds(5), () -> rig.backends() == 0);
        }
    }

    @Test
    void aSecondSignalEndsTheDelay() throws Exception {
        try (var rig = new Rig(EmbeddedDatabase.temporary(), Map.of("SHUTDOWN_DELAY_S", "600"))) {
            rig.server.terminate();
            await("not ready", Duration.ofSeconds(2), () -> !rig.ready());
            assertThat(rig.load().read().ok()).isTrue();

            Processes.signal("INT", List.of(rig.server.process().pid()));

            assertThat(exitCode(rig)).isZero();
        }
    }

    private static int exitCode(Rig rig) throws Exception {
        rig.server.process().onExit().get(30, TimeUnit.SECONDS);
        return rig.server.stop();
    }
}
