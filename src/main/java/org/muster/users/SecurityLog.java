package org.muster.users;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.muster.json.EnumNames;
import org.muster.metrics.Metrics;

/** Logs and counts security events, with the account's id and the client's address, and nothing else about a person. */
@ApplicationScoped
public class SecurityLog {
    private static final Logger LOG = System.getLogger("org.muster.security");

    @Inject
    Metrics metrics;

    /** What has happened. Of the last four, which anybody can cause at will, the first 100 a minute are logged; all are counted. */
    public enum Event {
        SIGNED_IN,
        SIGNED_OUT,
        SIGN_IN_FAILED,
        LOCKED_OUT,
        PASSWORD_CHANGED,
        SESSION_ENDED,
        SESSIONS_ENDED,
        REFUSED,
        UNAUTHENTICATED,
        INVALID,
        NOT_FOUND,
        LIMITED;

        private boolean atWill() {
            return compareTo(REFUSED) > 0;
        }
    }

    private static final int MOST_A_MINUTE = 100;
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long minute = System.nanoTime();
    private int inMinute;

    /**
     * Adds an event.
     *
     * @param account absent if there is none
     */
    public void add(Event event, Optional<UUID> account, String address) {
        var name = EnumNames.hyphenated(event);
        metrics.countSecurityEvent(name);
        if (event.atWill() && !expected()) {
            return;
        }
        LOG.log(
                Level.INFO,
                "Security event {0}: account {1}, address {2}",
                name,
                account.map(UUID::toString).orElse("unknown"),
                address);
    }

    private synchronized boolean expected() {
        if (System.nanoTime() - minute > MINUTE_NANOS) {
            minute = System.nanoTime();
            inMinute = 0;
        }
        inMinute++;
        if (inMinute == MOST_A_MINUTE) {
            LOG.log(
                    Level.WARNING,
                    "Many requests are refused: the metric muster_security_events counts more than are logged");
        }
        return inMinute < MOST_A_MINUTE;
    }
}
