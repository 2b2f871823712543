package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.muster.Await.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.ProcessUsage;
import org.muster.run.Server;

/** Measures the selected server with the default limits, for its row in the table of servers. */
@ExtendWith(Rig.Shared.class)
class ServerFigures {
    private static final int REPETITIONS = 3;
    private static final Duration SETTLING_TIME = Duration.ofSeconds(30);
    /** Longer than the idle timeout of every server, of which WildFly's is in whole minutes. */
    private static final Duration TIMEOUT = Duration.ofSeconds(150);

    private final Report report;

    ServerFigures(Report report) {
        this.report = report;
    }

    @Test
    void theServerKeepsToItsLimits() throws Exception {
        var pool = new ArrayList<String>();
        var start = new ArrayList<String>();
        try (var rig = new Rig(EmbeddedDatabase.temporary(), Map.of("DB_IDLE_TIMEOUT_S", "30"))) {
            pool.addAll(pool(rig));
            pool.add(shutdown(rig));
            start.addAll(start(rig));
        }
        start.addAll(pool);
        report.server(Server.title(), start);
    }

    /** Measures min, max, acquire, idle, validation and rotation. */
    private static List<String> pool(Rig rig) throws Exception {
        await("the pool at rest", TIMEOUT, () -> rig.backends() == 2);
        var min = rig.backends();
        var crowd = rig.load();
        var late = rig.load();
        int max;
        try (var connection = rig.database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM user_group FOR UPDATE");
            crowd.start(0, 10);
            await("the transactions", TIMEOUT, () -> rig.backends("wait_event_type = 'Lock'") == 10);
            late.start(0, 5).during(Duration.ofSeconds(11));
            max = rig.backends();
            connection.rollback();
        }
        crowd.stop();
        var refused = late.stop().where(outcome -> outcome.status() == 503).stream()
                .mapToDouble(Load.Outcome::seconds)
                .average()
                .orElseThrow();
        var idle = seconds(() -> await("the pool at rest", TIMEOUT, () -> rig.backends() == 2));

        var validation = 0.0;
        for (var i = 0; i < REPETITIONS; i++) {
            rig.terminateBackends();
            validation = Math.max(validation, answered(rig));
        }
        rig.setPassword("rotated");
        rig.answerPassword("rotated");
        rig.terminateBackends();
        var rotation = answered(rig);
        // Restore the password.
        rig.setPassword(rig.database.password());
        rig.answerPassword(rig.database.password());

        assertThat(min).isEqualTo(2);
        assertThat(max).isEqualTo(10);
        assertThat(refused).isCloseTo(10, within(0.3));
        return List.of(
                String.valueOf(min),
                String.valueOf(max),
                "%.1f s".formatted(refused),
                "%.0f s".formatted(idle),
                "%.0f ms".formatted(validation * 1e3),
                "%.0f ms".formatted(rotation * 1e3));
    }

    /** Sends a request, which must succeed, and returns the response time in seconds. */
    private static double answered(Rig rig) {
        var outcome = rig.load().read();
        assertThat(outcome.status()).isEqualTo(200);
        return outcome.seconds();
    }

    private static String shutdown(Rig rig) throws Exception {
        var slow = rig.load();
        long released;
        try (var connection = rig.database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM user_group FOR UPDATE");
            slow.start(0, 3);
            await("the transactions", Duration.ofSeconds(5), () -> rig.backends("wait_event_type = 'Lock'") == 3);
            rig.server.terminate();
            // Longer than the grace periods of the servers themselves.
            slow.during(Duration.ofSeconds(6));
            connection.rollback();
            released = System.nanoTime();
        }
        rig.server.process().onExit().get(30, TimeUnit.SECONDS);
        var gone = (System.nanoTime() - released) / 1e9;
        var exit = rig.server.stop();
        var finished = slow.stop().where(Load.Outcome::ok).size();

        assertThat(finished).isEqualTo(3);
        assertThat(exit).isZero();
        return "%d of 3 completed; stopped %.1f s later; exit code %d".formatted(finished, gone, exit);
    }

    /** Measures the startup time and the memory at rest, and returns the median. */
    private static List<String> start(Rig rig) {
        var starts = new ArrayList<Start>();
        for (var i = 0; i < REPETITIONS; i++) {
            starts.add(Start.of(rig));
        }
        starts.sort(Comparator.comparingDouble(Start::seconds));
        var middle = starts.get(REPETITIONS / 2);
        return List.of("%.1f s (%.1f s of CPU)".formatted(middle.seconds, middle.cpuSeconds), middle.megabytes + " MB");
    }

    private record Start(double seconds, double cpuSeconds, long megabytes) {
        static Start of(Rig rig) {
            var since = System.nanoTime();
            try (var server = Server.start(Rig.environment(rig.database, rig.proxy, rig.secretsManager))) {
                server.awaitReady(TIMEOUT);
                var seconds = (System.nanoTime() - since) / 1e9;
                var cpu = ProcessUsage.cpuSeconds(server.process());
                LockSupport.parkNanos(SETTLING_TIME.toNanos());
                return new Start(seconds, cpu, ProcessUsage.residentMegabytes(server.process()));
            }
        }
    }

    private static double seconds(Runnable action) {
        var since = System.nanoTime();
        action.run();
        return (System.nanoTime() - since) / 1e9;
    }
}
