package org.muster.mail;

import java.time.Duration;
import java.util.Optional;
import org.muster.lifecycle.Interval;
import org.muster.metrics.Metrics;

/** What metrics say about mail: the attempts of this node, and the outbox, which is read every 15 seconds. Used by one thread. */
final class MailMetrics {
    private static final String SENT = "sent";
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final Metrics metrics;
    private final Outbox outbox;
    private volatile Outbox.Status status = new Outbox.Status(0, 0, Duration.ZERO, 0);
    private final Interval reading = Interval.dueNow(INTERVAL);

    MailMetrics(Metrics metrics, Outbox outbox) {
        this.metrics = metrics;
        this.outbox = outbox;
        metrics.countMail(SENT, 0);
        for (var failure : MailFailure.values()) {
            metrics.countMail(failure.code(), 0);
        }
        metrics.gauge("muster.mail.pending", () -> status.pending());
        metrics.gauge("muster.mail.oldest.seconds", () -> status.oldest().toSeconds());
        metrics.gauge("muster.mail.failed", () -> status.failed());
        metrics.gauge("muster.mail.undeliverable.addresses", () -> status.undeliverable());
    }

    /** Gives up what is too old, and reads the status, unless that was done too recently. */
    void update() {
        if (!reading.due()) {
            return;
        }
        outbox.expire();
        status = outbox.status();
    }

    /** Counts an attempt. */
    void count(Optional<MailFailure> failure) {
        metrics.countMail(failure.map(MailFailure::code).orElse(SENT), 1);
    }
}
