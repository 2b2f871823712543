package org.muster.users;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;
import org.muster.json.EnumNames;
import org.muster.metrics.Metrics;

/** Logs and counts security events, with the account's id and the client's address, and nothing else about a person. */
@ApplicationScoped
public class SecurityLog {
    private static final Logger LOG = System.getLogger("org.muster.security");

    @Inject
    Metrics metrics;

    /** What has happened. */
    public enum Event {
        SIGNED_IN,
        SIGNED_OUT,
        SIGN_IN_FAILED,
        LOCKED_OUT,
        PASSWORD_CHANGED,
        SESSION_ENDED,
        SESSIONS_ENDED,
        REFUSED
    }

    /**
     * Adds an event.
     *
     * @param account absent if there is none
     */
    public void add(Event event, Optional<UUID> account, String address) {
        var name = EnumNames.hyphenated(event);
        metrics.countSecurityEvent(name);
        LOG.log(
                Level.INFO,
                "Security event {0}: account {1}, address {2}",
                name,
                account.map(UUID::toString).orElse("unknown"),
                address);
    }
}
