package org.muster.mail;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.muster.mail.Outbox.Claimed;

/** Sends the mail of the outbox, one after the other. No connection to the database is held meanwhile. Used by one thread. */
final class Deliveries {
    private static final Logger LOG = System.getLogger(Deliveries.class.getName());

    /** Longer than an attempt takes, unless the mail server is slow at each step: then a mail may be sent twice. */
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final Duration IDLE = Duration.ofSeconds(1);
    /** While the mail server cannot be used: one mail finds out. */
    private static final Duration OUTAGE = Duration.ofSeconds(10);

    /** After each attempt, in seconds; the last one repeats. */
    private static final long[] RETRIES = {10, 30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400};

    private final Outbox outbox;
    private final MailClient client;
    private final MailMetrics metrics;
    /** Accepted by the mail server, but still in the outbox, because the database did not answer. */
    private final Queue<Claimed> unmarked = new ArrayDeque<>();

    private boolean failing;

    Deliveries(Outbox outbox, MailClient client, MailMetrics metrics) {
        this.outbox = outbox;
        this.client = client;
        this.metrics = metrics;
    }

    /**
     * Sends the next mail, if there is one.
     *
     * @return the time to wait before the next call
     * @throws org.muster.database.DatabaseException if the database does not answer; what was sent is marked by a later call
     */
    Duration next() {
        while (!unmarked.isEmpty()) {
            outbox.sent(unmarked.element());
            unmarked.remove();
        }
        metrics.update();
        var claimed = outbox.claim(LEASE);
        if (claimed.isEmpty()) {
            client.close();
            return IDLE;
        }
        var mail = claimed.get();
        var failure = client.send(mail.id(), mail.mail());
        metrics.count(failure);
        failure.ifPresentOrElse(reason -> failed(mail, reason), () -> sent(mail));
        return failure.filter(MailFailure::ofServer).isPresent() ? OUTAGE : Duration.ZERO;
    }

    private void sent(Claimed mail) {
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "Mail is sent again");
        }
        unmarked.add(mail);
        outbox.sent(mail);
        unmarked.remove(mail);
    }

    private void failed(Claimed mail, MailFailure failure) {
        if (!failure.temporary()) {
            LOG.log(
                    Level.WARNING,
                    "A mail of the kind {0} was refused, and is given up",
                    mail.mail().kind());
            outbox.fail(mail, failure.code(), failure == MailFailure.REFUSED);
            return;
        }
        if (!failing) {
            failing = true;
            LOG.log(Level.WARNING, "Mail cannot be sent, and is tried again: {0}", failure.code());
        }
        if (failure.ofServer()) {
            outbox.retry(mail, failure.code(), false, OUTAGE);
        } else {
            outbox.retry(mail, failure.code(), true, pause(mail.attempts()));
        }
    }

    static Duration pause(int attempts) {
        return Duration.ofSeconds(RETRIES[Math.min(attempts, RETRIES.length) - 1]);
    }
}
