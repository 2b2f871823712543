package org.muster.push;

import java.time.Duration;
import org.muster.lifecycle.Interval;
import org.muster.metrics.Metrics;

/** What metrics say about messages to push services: the attempts of this node, and what waits. Used by one thread. */
final class PushMetrics {
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final Metrics metrics;
    private final PushOutbox outbox;
    private final Interval reading = Interval.dueNow(INTERVAL);
    private volatile Duration oldest = Duration.ZERO;

    PushMetrics(Metrics metrics, PushOutbox outbox) {
        this.metrics = metrics;
        this.outbox = outbox;
        for (var outcome : PushOutcome.values()) {
            metrics.countPush(outcome.code(), 0);
        }
        metrics.gauge("muster.push.oldest.seconds", () -> oldest.toSeconds());
    }

    /** Reads what waits, unless that was done too recently. */
    void update() {
        if (reading.due()) {
            oldest = outbox.oldest();
        }
    }

    /** Counts an attempt. */
    void count(PushOutcome outcome) {
        metrics.countPush(outcome.code(), 1);
    }
}
