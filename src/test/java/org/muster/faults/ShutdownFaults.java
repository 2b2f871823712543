package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.run.EmbeddedDatabase;

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

    private static int exitCode(Rig rig) throws Exception {
        rig.server.process().onExit().get(30, TimeUnit.SECONDS);
        return rig.server.stop();
    }
}
