package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.muster.Await.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class ConnectionFactoryTest extends PhysicalConnectionTestBase {
    @Test
    void openingFailsBeforeTheApplicationHasRegistered() {
        var failure = catchThrowableOfType(SQLException.class, connector::getConnection);

        assertThat(failure.getSQLState()).isEqualTo("08001");
        assertThat(failure.getMessage()).isEqualTo("Muster has not loaded its database credentials yet");
    }

    @Test
    void aConnectionHasAnApplicationNameAndAStatementTimeout() throws Exception {
        register(Map.of("DB_STATEMENT_TIMEOUT_MS", "1234"));

        try (var connection = connector.getConnection("nobody", "nothing")) {
            assertThat(text(connection, "SHOW application_name")).isEqualTo("muster");
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("1234ms");
            assertThat(text(connection, "SELECT current_user")).isEqualTo(database.user());
        }
    }

    @Test
    void withoutAStatementTimeoutTheDatabasesSettingApplies() throws Exception {
        register(Map.of("DB_STATEMENT_TIMEOUT_MS", "0"));

        try (var connection = connector.getConnection()) {
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("0");
        }
    }

    @Test
    void aTimeZoneThatTheDatabaseDoesNotKnowIsReplacedByOneWithTheSameRules() throws Exception {
        var before = TimeZone.getDefault();
        // Java knows it, PostgreSQL does not.
        TimeZone.setDefault(TimeZone.getTimeZone("IST"));
        try {
            register(Map.of());

            connector.getConnection().close();

            assertThat(TimeZone.getDefault().hasSameRules(TimeZone.getTimeZone("Asia/Kolkata")))
                    .isTrue();
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void inAConfirmedOutageOnlyAProbeOpensConnections() throws Exception {
        register(Map.of());
        breaker.recordFailure(new SQLException("gone", "08006"), beforeTheTolerance());

        var failure = catchThrowableOfType(SQLException.class, connector::getConnection);

        assertThat(failure.getMessage()).isEqualTo("gone");
        GuardedPool.probing(connector::getConnection).close();
        assertThat(breaker.outage()).isEmpty();
    }

    @Test
    void beforeAnOutageIsConfirmedAttemptsAreRetriedAtGrowingIntervals() throws Exception {
        register(Map.of());
        breaker.recordFailure(new SQLException("gone", "08006"), System.nanoTime());
        await("an attempt that is due", CircuitBreaker.OUTAGE_TOLERANCE, () -> {
            connector.getConnection().close();
            return breaker.outage().isEmpty();
        });

        // The next attempt would be due when the outage is confirmed.
        breaker.recordFailure(
                new SQLException("gone", "08006"),
                System.nanoTime() - CircuitBreaker.OUTAGE_TOLERANCE.toNanos() * 3 / 4);
        assertThatThrownBy(connector::getConnection).hasMessage("gone");
    }

    private static long beforeTheTolerance() {
        return System.nanoTime() - CircuitBreaker.OUTAGE_TOLERANCE.toNanos();
    }

    @Test
    void aSilentServerIsAbandonedAtTheConnectTimeout() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (var ssl : List.of("false", "require")) {
                register(Map.of(
                        "DB_PORT",
                        String.valueOf(silent.getLocalPort()),
                        "DB_SSL",
                        ssl,
                        "DB_CONNECT_TIMEOUT_MS",
                        "900"));
                var since = System.nanoTime();

                assertThatThrownBy(connector::getConnection).isInstanceOf(SQLException.class);

                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofMillis(1_500));
            }
        }
    }
}
