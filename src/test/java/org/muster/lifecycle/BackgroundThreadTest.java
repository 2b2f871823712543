package org.muster.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundThreadTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final List<Thread> started = new ArrayList<>();
    private final BackgroundThread thread = new BackgroundThread();

    @AfterEach
    void stop() {
        thread.stop();
    }

    @Test
    void aStepIsRepeated() throws InterruptedException {
        var steps = new CountDownLatch(3);

        repeat(() -> {
            steps.countDown();
            return Duration.ZERO;
        });

        assertThat(steps.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStepThatFailsIsRepeated() throws InterruptedException {
        var steps = new CountDownLatch(3);

        start(() -> BackgroundThread.repeat(
                () -> {
                    steps.countDown();
                    throw new IllegalStateException("a defect");
                },
                Duration.ZERO,
                "The step failed"));

        assertThat(steps.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsStartedAgainRunsOnce() {
        repeat(() -> NEVER);
        repeat(() -> NEVER);

        assertThat(started).hasSize(1);
    }

    @Test
    void aPauseIsInterrupted() throws InterruptedException {
        var running = new CountDownLatch(1);
        repeat(() -> {
            running.countDown();
            return NEVER;
        });
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        thread.stop();

        assertThat(ends()).isTrue();
    }

    @Test
    void aStepThatWaitsIsInterrupted() throws InterruptedException {
        var nothing = new SynchronousQueue<Duration>();
        repeat(nothing::take);

        thread.stop();

        assertThat(ends()).isTrue();
    }

    @Test
    void whatHasNotBeenStartedIsStopped() {
        thread.stop();

        assertThat(started).isEmpty();
    }

    private void repeat(BackgroundThread.Step step) {
        start(() -> BackgroundThread.repeat(step, NEVER, "The step failed"));
    }

    private void start(BackgroundThread.Work work) {
        thread.start(
                task -> {
                    var made = new Thread(task);
                    started.add(made);
                    return made;
                },
                work);
    }

    private boolean ends() throws InterruptedException {
        started.get(0).join(TimeUnit.SECONDS.toMillis(10));
        return !started.get(0).isAlive();
    }
}
