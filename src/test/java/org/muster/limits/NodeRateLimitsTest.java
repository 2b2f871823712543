package org.muster.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;

class NodeRateLimitsTest {
    private static final NodeRateLimit LIMIT = NodeRateLimit.SERIES;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final NodeRateLimits limits = new NodeRateLimits();

    NodeRateLimitsTest() {
        limits.metrics = new Metrics();
    }

    @Test
    void aWindowEndsAnHourAfterItsFirstUse() {
        use("ann", LIMIT.most, 0);

        assertThatThrownBy(() -> limits.use(LIMIT, "ann", HOUR - 1)).isInstanceOf(Problem.class);
        limits.use(LIMIT, "ann", HOUR);
    }

    @Test
    void eachHasTheirOwnAndEachLimitToo() {
        use("ann", LIMIT.most, 0);

        limits.use(LIMIT, "bob", 0);
        limits.use(NodeRateLimit.SEARCHES, "ann", 0);
        assertThatThrownBy(() -> limits.use(LIMIT, "ann", 0)).isInstanceOf(Problem.class);
    }

    @Test
    void manyAddressesTakeNoMoreThanTheirMemory() {
        for (var address = 0; address < 250_000; address++) {
            limits.use(LIMIT, address, address % 2 == 0 ? 0 : HOUR);
            assertThat(limits.size()).isLessThanOrEqualTo(100_000);
        }
    }

    private void use(String whose, int times, long now) {
        for (var i = 0; i < times; i++) {
            limits.use(LIMIT, whose, now);
        }
    }
}
