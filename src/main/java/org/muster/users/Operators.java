package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.lifecycle.BackgroundThread;
import org.muster.lifecycle.Readiness;
import org.muster.mail.Mailing;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/**
 * The operators, who may see the status of the server. They need access while the database, which stores the
 * sessions, is unavailable: tokens that the database verified shortly before remain valid until it is back. While it
 * answers, they are checked every few seconds.
 */
@ApplicationScoped
public class Operators {
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    @Inject
    SessionUse uses;

    @Inject
    Mailing mailing;

    private final VerifiedTokens verified = new VerifiedTokens();
    private final BackgroundThread thread = new BackgroundThread();
    private Set<String> named;

    @PostConstruct
    void read() {
        named = SettingsReader.read(Environment.ofProcess()).operators().stream()
                .map(EmailAddress::key)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether an account is an operator's: by its id, or by its address.
     *
     * @param email null unless the address counts
     */
    public boolean include(UUID user, String email) {
        return named.contains(user.toString()) || email != null && named.contains(EmailAddress.key(email));
    }

    /** Whether this account is an operator's. Its address counts if it is verified, or the server sends no mail to verify it by. */
    public boolean include(UUID user, String email, boolean verified) {
        return include(user, verified || !mailing.sends() ? email : null);
    }

    public boolean include(User user) {
        return include(user.id(), user.email(), user.emailVerified());
    }

    /** Caches what the database has just said about who has this token. */
    void update(Token token, Optional<Caller> caller) {
        caller.ifPresent(any -> uses.note(token));
        caller.ifPresentOrElse(this::remember, () -> forget(token));
    }

    private void remember(Caller caller) {
        if (caller.operator()) {
            verified.add(caller.token(), caller.user());
            thread.start(threads, this::run);
        }
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    private void run() throws InterruptedException {
        var sessions = new Sessions(database.sql(pool));
        Thread.sleep(CHECK_INTERVAL.toMillis());
        BackgroundThread.repeat(
                () -> check(sessions), CHECK_INTERVAL, "The sessions of operators could not be checked");
    }

    /** Sessions also expire, or end on another node. While the database is unavailable, they remain. */
    private Duration check(Sessions sessions) {
        if (readiness.now().ready() && !database.exhausted()) {
            verified.removeEnded(sessions);
        }
        return CHECK_INTERVAL;
    }

    /**
     * The operator with this token; empty unless the database verified the token within 15 minutes before its last
     * response.
     */
    Optional<Caller> remembered(Token token) {
        return verified.user(token, readiness.lastAnswer())
                .map(user -> new Caller(user, token, Optional.empty(), true));
    }

    /** Whether the token is cached as an operator's. */
    public boolean know(Token token) {
        return remembered(token).isPresent();
    }

    /** Removes the token from the cache. */
    void forget(Token token) {
        verified.remove(token);
    }

    /** Removes all tokens of the user from the cache. */
    public void forget(UUID user) {
        verified.remove(user);
    }
}
