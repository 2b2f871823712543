package org.muster.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.muster.connections.LatencyRecorder;

/** Registers meters that share tags. Each meter reads its source at every scrape, because the pool may be replaced. */
record Meters(MeterRegistry registry, Tags tags) {
    private static final double NANOS_PER_SECOND = 1e9;

    <T> void gauge(String name, Supplier<T> source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, from -> value.applyAsDouble(from.get()))
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    <T> void counter(String name, Supplier<T> source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, registry, any -> value.applyAsDouble(source.get()))
                .tags(tags)
                .register(registry);
    }

    void timer(String name, Supplier<LatencyRecorder> source) {
        FunctionTimer.builder(
                        name,
                        registry,
                        any -> source.get().count(),
                        any -> source.get().totalNanos() / NANOS_PER_SECOND,
                        TimeUnit.SECONDS)
                .tags(tags)
                .register(registry);
        gauge(name + ".seconds.max", source, LatencyRecorder::maxSeconds);
    }
}
