package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

class TimeoutsTest {
    @TempDir
    static Path directory;

    @Test
    void eachTimeoutIsShorterThanTheOneAroundIt() {
        var timeouts = of(Map.of());

        assertThat(timeouts.ping()).isEqualTo(Duration.ofSeconds(1)).isLessThan(timeouts.connect());
        assertThat(timeouts.connect()).isEqualTo(Duration.ofSeconds(5)).isLessThan(timeouts.acquire());
        assertThat(timeouts.statement()).isEqualTo(Duration.ofSeconds(30)).isLessThan(timeouts.network());
    }

    @Test
    void theConnectTimeoutIsAtMostTheAcquireTimeout() {
        var timeouts = of(Map.of("DB_ACQUIRE_TIMEOUT_MS", "1500", "DB_CONNECT_TIMEOUT_MS", "5000"));

        assertThat(timeouts.connect()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(timeouts.ping()).isEqualTo(Duration.ofMillis(750));
    }

    @Test
    void withoutAStatementTimeoutThereIsNoNetworkTimeout() {
        assertThat(of(Map.of("DB_STATEMENT_TIMEOUT_MS", "0")).network()).isZero();
    }

    @Test
    void theShortestTimeoutsFitTogether() {
        var timeouts = of(Map.of("DB_ACQUIRE_TIMEOUT_MS", "1", "DB_CONNECT_TIMEOUT_MS", "1"));

        assertThat(timeouts.ping())
                .isEqualTo(Duration.ofMillis(1))
                .isEqualTo(timeouts.connect())
                .isEqualTo(timeouts.acquire());
    }

    private static Timeouts of(Map<String, String> variables) {
        return Timeouts.of(SettingsReader.read(Environment.of(variables, directory)));
    }
}
