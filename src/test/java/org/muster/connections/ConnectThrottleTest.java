package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConnectThrottleTest {
    private static final Duration BRIEFLY = Duration.ofMillis(20);

    private final AtomicBoolean doubt = new AtomicBoolean();
    private final ConnectThrottle slowStart = new ConnectThrottle(doubt::get);

    @Test
    void eachGenerationIsLargerByOne() throws Exception {
        for (var generation = 1; generation <= 4; generation++) {
            assertThat(allowed()).isEqualTo(generation);
            assertThat(slowStart.full()).isTrue();
            for (var i = 0; i < generation; i++) {
                slowStart.leave(true);
            }
            assertThat(slowStart.full()).isFalse();
        }
    }

    @Test
    void aFailureAllowsOneAgain() throws Exception {
        slowStart.enter(Deadline.in(BRIEFLY));
        slowStart.leave(true);
        allowed();

        slowStart.leave(false);
        assertThat(slowStart.full()).isTrue();

        slowStart.leave(false);
        assertThat(allowed()).isEqualTo(1);
    }

    @Test
    void inDoubtThereIsOneOnly() throws Exception {
        slowStart.enter(Deadline.in(BRIEFLY));
        slowStart.leave(true);
        doubt.set(true);

        assertThat(allowed()).isEqualTo(1);
    }

    @Test
    void whoWaitsIsLetInAsSoonAsThereIsRoom() throws Exception {
        slowStart.enter(Deadline.in(BRIEFLY));
        var executor = Executors.newFixedThreadPool(2);
        try {
            var one = executor.submit(() -> slowStart.enter(Deadline.in(Duration.ofSeconds(30))));
            var other = executor.submit(() -> slowStart.enter(Deadline.in(Duration.ofSeconds(30))));

            slowStart.leave(true);

            assertThat(one.get()).isTrue();
            assertThat(other.get()).isTrue();
        } finally {
            executor.shutdownNow();
        }
    }

    /** How many are in once no more are let in. */
    private int allowed() throws InterruptedException {
        while (slowStart.enter(Deadline.in(BRIEFLY))) {
            // And another one.
        }
        return slowStart.opening();
    }
}
