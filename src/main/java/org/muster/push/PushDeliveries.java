package org.muster.push;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.muster.push.PushClient.Answer;
import org.muster.push.PushClient.Attempt;
import org.muster.push.PushOutbox.Claimed;
import org.muster.settings.PushOrigin;

/** Sends what is in the outbox, some at a time. No connection to the database is held meanwhile. Used by one thread. */
final class PushDeliveries {
    private static final Logger LOG = System.getLogger(PushDeliveries.class.getName());

    /** A push service that does not answer holds up this many. */
    private static final int BATCH_SIZE = 16;
    /** Longer than a batch takes. */
    static final Duration LEASE = Duration.ofMinutes(1);

    private static final Duration IDLE = Duration.ofSeconds(1);

    /** After each attempt, in seconds; the last one repeats. */
    private static final long[] RETRIES = {10, 60, 300, 900, 1_800};

    private final PushOutbox outbox;
    private final PushClient client;
    private final PushMetrics metrics;
    private boolean failing;

    PushDeliveries(PushOutbox outbox, PushClient client, PushMetrics metrics) {
        this.outbox = outbox;
        this.client = client;
        this.metrics = metrics;
    }

    /**
     * Sends what is due.
     *
     * @return the time to wait before the next call
     * @throws org.muster.database.DatabaseException if the database does not answer; what was sent may be sent again
     */
    Duration next() throws InterruptedException {
        metrics.update();
        var claimed = outbox.claim(BATCH_SIZE, LEASE);
        var attempts = new LinkedHashMap<Claimed, Attempt>();
        claimed.forEach(delivery -> begin(delivery).ifPresent(attempt -> attempts.put(delivery, attempt)));
        var answers = new LinkedHashMap<Claimed, Answer>();
        for (var attempt : attempts.entrySet()) {
            answers.put(attempt.getKey(), attempt.getValue().answer());
        }
        claimed.stream().filter(delivery -> !attempts.containsKey(delivery)).forEach(outbox::delete);
        answers.forEach(this::settle);
        return claimed.isEmpty() ? IDLE : Duration.ZERO;
    }

    private Optional<Attempt> begin(Claimed delivery) {
        try {
            return delivery.content().map(content -> client.send(PushMessage.of(content)));
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, "A message cannot be made, and is given up", defect);
            return Optional.empty();
        }
    }

    private void settle(Claimed delivery, Answer answer) {
        metrics.count(answer.outcome());
        var subscription = delivery.content().orElseThrow().subscription();
        report(answer, subscription);
        switch (answer.outcome()) {
            case SENT, REFUSED -> outbox.delete(delivery);
            case GONE -> outbox.endSubscription(delivery, subscription);
            case DEFERRED, UNREACHABLE -> outbox.retry(delivery, pause(delivery.attempts(), answer));
        }
    }

    /** Without the endpoint: whoever knows it can send to it. */
    private void report(Answer answer, PushSubscription subscription) {
        var service = PushOrigin.origin(subscription.endpoint());
        if (answer.outcome() == PushOutcome.REFUSED) {
            LOG.log(
                    Level.WARNING,
                    "The push service {0} has refused a message, which is given up: {1}",
                    service,
                    answer.status());
        } else if (answer.outcome().temporary() && !failing) {
            LOG.log(
                    Level.WARNING,
                    "The push service {0} does not take messages, which are tried again: {1}",
                    service,
                    answer.status() == 0 ? "no answer" : answer.status());
        } else if (answer.outcome() == PushOutcome.SENT && failing) {
            LOG.log(Level.INFO, "Messages are pushed again");
        }
        failing = answer.outcome().temporary() || failing && answer.outcome() != PushOutcome.SENT;
    }

    static Duration pause(int attempts, Answer answer) {
        var own = Duration.ofSeconds(RETRIES[Math.min(attempts, RETRIES.length) - 1]);
        return answer.retryAfter().filter(wanted -> wanted.compareTo(own) > 0).orElse(own);
    }
}
