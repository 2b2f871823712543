package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConnectThrottleTest {
    private static final Duration BRIEFLY = Duration.ofMillis(20);

    private final AtomicBoolean doubt = new AtomicBoolean();
    private final ConnectThrottle throttle = new ConnectThrottle(doubt::get);

    @Test
    void theLimitRisesByOneAfterEachFullRound() throws Exception {
        for (var round = 1; round <= 4; round++) {
            assertThat(allowed()).isEqualTo(round);
            assertThat(throttle.full()).isTrue();
            for (var i = 0; i < round; i++) {
                throttle.leave(true);
            }
            assertThat(throttle.full()).isFalse();
        }
    }

    @Test
    void aFailureResetsTheLimitToOne() throws Exception {
        throttle.enter(Deadline.in(BRIEFLY));
        throttle.leave(true);
        allowed();

        throttle.leave(false);
        assertThat(throttle.full()).isTrue();

        throttle.leave(false);
        assertThat(allowed()).isEqualTo(1);
    }

    @Test
    void inDoubtTheLimitIsOne() throws Exception {
        throttle.enter(Deadline.in(BRIEFLY));
        throttle.leave(true);
        doubt.set(true);

        assertThat(allowed()).isEqualTo(1);
    }

    @Test
    void aWaitingCallerEntersAsSoonAsTheLimitAllows() throws Exception {
        throttle.enter(Deadline.in(BRIEFLY));
        var executor = Executors.newFixedThreadPool(2);
        try {
            var one = executor.submit(() -> throttle.enter(Deadline.in(Duration.ofSeconds(30))));
            var other = executor.submit(() -> throttle.enter(Deadline.in(Duration.ofSeconds(30))));

            throttle.leave(true);

            assertThat(one.get()).isTrue();
            assertThat(other.get()).isTrue();
        } finally {
            executor.shutdownNow();
        }
    }

    /** Enters until the limit is reached, and returns how many have entered. */
    private int allowed() throws InterruptedException {
        while (throttle.enter(Deadline.in(BRIEFLY))) {
            // Count them below.
        }
        return throttle.opening();
    }
}
