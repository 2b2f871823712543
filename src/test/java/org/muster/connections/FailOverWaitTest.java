package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.muster.Await.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Borrowers while no server accepts writes, and a standby is about to. */
class FailOverWaitTest extends PhysicalConnectionTestBase {
    private static final Map<String, String> TWO_CONNECTIONS = Map.of("DB_POOL_MIN", "0", "DB_POOL_MAX", "2");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Test
    void thoseThatWaitForItsEndLeaveThePermitsToTheOthers() throws Exception {
        var factory = register(TWO_CONNECTIONS);
        var pool = new GuardedPool(settings(TWO_CONNECTIONS).pool(), breaker, factory, Transactions.none());
        breaker.recordFailure(
                new SQLException(Servers.STANDBY, "08001"),
                System.nanoTime() - CircuitBreaker.OUTAGE_TOLERANCE.toNanos());
        Callable<String> write = () -> {
            try (var lease = pool.borrow(connector, false, true)) {
                return text(lease.connection(), "SELECT 'written'");
            }
        };
        var executor = Executors.newFixedThreadPool(3);
        try {
            var writers = Stream.of(write, write, write).map(executor::submit).toList();
            await("three writers that wait", TIMEOUT, () -> pool.figures().waiting() == writers.size());
            var since = System.nanoTime();

            var refusal = catchThrowableOfType(NoConnectionException.class, () -> pool.borrow(connector, true, false));

            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(2));
            assertThat(refusal.getMessage()).contains(Servers.STANDBY);
            assertThat(refusal.getSQLState()).isEqualTo("08001");

            GuardedPool.probing(connector::getConnection).close();
            for (var writer : writers) {
                assertThat(writer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("written");
            }
            assertThat(pool.figures().active()).isZero();
        } finally {
            executor.shutdownNow();
        }
    }
}
