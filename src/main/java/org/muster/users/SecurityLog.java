package org.muster.users;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
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

    @Inject
    jakarta.enterprise.event.Event<Entry> entries;

    /** What has happened. */
    public enum Event {
        SIGNED_IN,
        SIGNED_OUT,
        SIGN_IN_FAILED,
        LOCKED_OUT,
        ADDRESS_SUSPECTED,
        PASSWORD_CHANGED,
        PASSWORD_RESET,
        EMAIL_VERIFIED,
        PROVIDER_LINKED,
        PROVIDER_UNLINKED,
        ACCOUNT_SUSPENDED,
        ACCOUNT_UNSUSPENDED,
        RESET_LINK_CREATED,
        SECOND_FACTOR_ASKED,
        SECOND_FACTOR_ENABLED,
        SECOND_FACTOR_DISABLED,
        SECOND_FACTOR_REMOVED,
        RECOVERY_CODES_RENEWED,
        RECOVERY_CODE_USED,
        SESSION_ENDED,
        SESSIONS_ENDED,
        REFUSED,
        UNAUTHENTICATED,
        INVALID,
        NOT_FOUND,
        LIMITED
    }

    /** An event, as it is logged. */
    record Entry(Event event, Optional<UUID> account, String address) {}

    private static final int MOST_A_MINUTE = 100;
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Map<Event, Integer> inMinute = new EnumMap<>(Event.class);
    private long minute = System.nanoTime();

    /**
     * Adds an event. In a transaction, it is added once that has committed.
     *
     * @param account absent if there is none
     */
    public void add(Event event, Optional<UUID> account, String address) {
        entries.fire(new Entry(event, account, address));
    }

    void write(@Observes(during = TransactionPhase.AFTER_SUCCESS) Entry entry) {
        var event = entry.event;
        var name = EnumNames.hyphenated(event);
        metrics.countSecurityEvent(name);
        // Anybody can be refused at will.
        if (event.compareTo(Event.REFUSED) >= 0 && tooMany(event, name)) {
            return;
        }
        LOG.log(
                Level.INFO,
                "Security event {0}: account {1}, address {2}",
                name,
                entry.account.map(UUID::toString).orElse("unknown"),
                entry.address);
    }

    private synchronized boolean tooMany(Event event, String name) {
        if (System.nanoTime() - minute > MINUTE_NANOS) {
            minute = System.nanoTime();
            inMinute.clear();
        }
        var count = inMinute.merge(event, 1, Integer::sum);
        if (count == MOST_A_MINUTE + 1) {
            LOG.log(
                    Level.WARNING,
                    "More than {0} events {1} in a minute: the metric counts the others",
                    MOST_A_MINUTE,
                    name);
        }
        return count > MOST_A_MINUTE;
    }
}
