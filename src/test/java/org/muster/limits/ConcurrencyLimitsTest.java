package org.muster.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.muster.Await.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

class ConcurrencyLimitsTest {
    private final ConcurrencyLimits limits = new ConcurrencyLimits();

    ConcurrencyLimitsTest() {
        limits.metrics = new Metrics();
    }

    @Test
    void ofManyAtOnceAsManyGetAPlaceAsThereAre() throws Exception {
        var executor = Executors.newFixedThreadPool(32);
        try {
            var taken = executor
                    .invokeAll(IntStream.range(0, 32)
                            .<Callable<Optional<ConcurrencyLimits.Place>>>mapToObj(
                                    i -> () -> limits.find(ConcurrencyLimit.STREAMS, "ann"))
                            .toList())
                    .stream()
                    .map(ConcurrencyLimitsTest::result)
                    .flatMap(Optional::stream)
                    .toList();

            assertThat(taken).hasSize(10);
            assertThat(limits.find(ConcurrencyLimit.STREAMS, "bob")).isPresent();
            assertThatThrownBy(() -> limits.take(ConcurrencyLimit.STREAMS, "ann"))
                    .isInstanceOf(Problem.class);
            taken.get(0).close();
            taken.get(0).close();
            assertThat(limits.find(ConcurrencyLimit.STREAMS, "ann")).isPresent();
            assertThat(limits.find(ConcurrencyLimit.STREAMS, "ann")).isEmpty();
        } finally {
            executor.shutdownNow();
        }
    }

    private static <T> T result(Future<T> done) {
        try {
            return done.get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aTurnTakesItsTimeHoweverSoonItIsOver() {
        var began = System.nanoTime();
        for (var i = 0; i < 2; i++) {
            limits.await(Turn.SUSPECT_SIGN_IN, "here").close();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void tenWaitForATurnAndTheNextIsRefused() {
        limits.await(Turn.SUSPECT_SIGN_IN, "here");
        var executor = Executors.newFixedThreadPool(11);
        try {
            var others = new ExecutorCompletionService<ConcurrencyLimits.Places>(executor);
            for (var i = 0; i < 11; i++) {
                others.submit(() -> limits.await(Turn.SUSPECT_SIGN_IN, "here"));
            }

            assertThatThrownBy(() -> others.take().get())
                    .cause()
                    .isInstanceOfSatisfying(
                            Problem.class,
                            refused -> assertThat(refused.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS));
            limits.await(Turn.SUSPECT_SIGN_IN, "elsewhere").close();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aBulkheadLetsSomeWaitAndRefusesOthers() throws Exception {
        var bulkhead = new Bulkhead("test", 1, 1, Duration.ofSeconds(30), limits.metrics);
        var inside = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var executor = Executors.newFixedThreadPool(2);
        try {
            var first = executor.submit(() -> bulkhead.call(() -> {
                inside.countDown();
                return waited(end);
            }));
            inside.await();
            var second = executor.submit(() -> bulkhead.call(() -> true));
            await("a call that waits", Duration.ofSeconds(5), () -> bulkhead.waiting() == 1);
            assertThatThrownBy(() -> bulkhead.call(() -> true))
                    .isInstanceOfSatisfying(
                            Problem.class, refused -> assertThat(refused.type()).isEqualTo(ProblemType.BUSY));

            end.countDown();

            assertThat(first.get()).isTrue();
            assertThat(second.get()).isTrue();
            assertThat(bulkhead.call(() -> true)).isTrue();
        } finally {
            executor.shutdownNow();
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
