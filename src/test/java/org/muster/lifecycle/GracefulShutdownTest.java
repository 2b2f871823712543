package org.muster.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GracefulShutdownTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Readiness readiness = new Readiness();
    private final GracefulShutdown shutdown = new GracefulShutdown();

    GracefulShutdownTest() {
        shutdown.readiness = readiness;
    }

    @Test
    void requestsInFlightAreAwaited() throws Exception {
        shutdown.begin();
        var drained = CompletableFuture.supplyAsync(() -> shutdown.drain(LONG));
        await("the refusal of requests", LONG, readiness::stopping);
        assertThat(drained).isNotDone();

        shutdown.end();

        assertThat(drained.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void requestsThatAreRefusedAreNotAwaited() throws Exception {
        shutdown.begin();
        var drained = CompletableFuture.supplyAsync(() -> shutdown.drain(LONG));
        await("the refusal of requests", LONG, readiness::stopping);
        shutdown.begin();

        shutdown.end();

        assertThat(drained.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRequestThatDoesNotFinishIsAwaitedForTheGracePeriodOnly() {
        shutdown.begin();

        assertThat(shutdown.drain(Duration.ofMillis(10))).isFalse();
    }
}
