package org.muster.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.muster.database.Database;

class GracefulShutdownTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Readiness readiness = new Readiness();
    private final GracefulShutdown shutdown = new GracefulShutdown();

    GracefulShutdownTest() {
        readiness.database = new Database();
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

    @Test
    void aStepThatRunsIsAwaited() throws Exception {
        var end = new CompletableFuture<Void>();
        var running = new CountDownLatch(1);
        readiness.ready();
        var step = CompletableFuture.supplyAsync(() -> run(() -> {
            running.countDown();
            end.join();
            return Duration.ZERO;
        }));
        assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
        var drained = CompletableFuture.supplyAsync(() -> shutdown.drain(LONG));
        await("the refusal of requests", LONG, readiness::stopping);
        assertThat(drained).isNotDone();

        end.complete(null);

        assertThat(drained.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(step.get(5, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void noStepRunsBeforeTheDatabaseIsReady() {
        assertThat(run(() -> Duration.ZERO)).isEqualTo(LONG);
    }

    @Test
    void noStepRunsAfterTheServerHasBeenToldToStop() {
        readiness.ready();
        readiness.leave();

        assertThat(run(() -> Duration.ZERO)).isEqualTo(LONG);
    }

    /** Returns the pause after the step, {@link #LONG} if it was left out. */
    private Duration run(BackgroundThread.Step step) {
        try {
            return shutdown.awaited(step, LONG).run();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
