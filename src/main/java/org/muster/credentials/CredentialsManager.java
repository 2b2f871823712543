package org.muster.credentials;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.muster.credentials.Credentials.CredentialsUnavailableException;
import org.muster.credentials.Secrets.SecretUnavailableException;
import org.muster.settings.Settings;

/**
 * The login that is in use, and the others to try when the database refuses it. What authenticates becomes the one in
 * use; it is served without waiting while a newer one is asked for.
 */
public final class CredentialsManager implements AutoCloseable {
    private static final Logger LOG = System.getLogger(CredentialsManager.class.getName());
    /** A login that could not sign in is not tried in the background again for so long, or accounts get locked. */
    private static final long BETWEEN_PROOFS = TimeUnit.SECONDS.toNanos(15);
    /** So many logins that were refused are remembered. */
    private static final int REFUSED = 4;

    private final Settings settings;
    private final Credentials credentials;
    private final Deque<Login> refused = new ArrayDeque<>();
    private final AtomicLong refreshes = new AtomicLong();
    private final AtomicLong rejections = new AtomicLong();
    private final AtomicLong pendingUses = new AtomicLong();
    private volatile Login current;
    private volatile Login unproven;
    private volatile long unprovenAt;
    private volatile Instant loadedAt;
    private volatile Instant changedAt;
    private volatile Failure lastFailure;
    private volatile boolean failing;
    private volatile long askedAt;

    public CredentialsManager(Settings settings) {
        this.settings = settings;
        this.credentials = new Credentials(settings);
    }

    /**
     * The state of the credentials, for the operator.
     *
     * @param source where the login in use came from; empty if there is none yet
     * @param login the login in use; absent if there is none yet
     * @param age since it was last confirmed by its source; absent if there is none yet
     * @param nextRefresh when its source is asked again; absent if that is never done
     * @param changed when another login came into use; absent if none has
     * @param lastFailure when and why the source last failed; absent if it never did
     * @param failing whether the source has not answered since
     * @param refreshes how often the secret was read
     * @param rejections how often the database refused a login
     * @param pendingUses how often a pending version authenticated before it was current
     */
    public record Status(
            String source,
            Optional<Login> login,
            Optional<Duration> age,
            Optional<Instant> nextRefresh,
            Optional<Instant> changed,
            Optional<Failure> lastFailure,
            boolean failing,
            long refreshes,
            long rejections,
            long pendingUses) {}

    /** When the source of the credentials failed, and why, in one line. */
    public record Failure(Instant at, String reason) {
        @Override
        public String toString() {
            return at + ": " + reason;
        }
    }

    /** What is known when nothing has been loaded yet. */
    public static Status unknown() {
        return new Status(
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                0,
                0);
    }

    /** The state of the credentials now. */
    public Status status() {
        var login = current;
        var loaded = loadedAt;
        return new Status(
                login == null ? "" : login.source(),
                Optional.ofNullable(login),
                Optional.ofNullable(loaded).map(at -> Duration.between(at, Instant.now())),
                nextRefresh(),
                Optional.ofNullable(changedAt),
                Optional.ofNullable(lastFailure),
                failing,
                refreshes.get(),
                rejections.get(),
                pendingUses.get());
    }

    private Optional<Instant> nextRefresh() {
        return settings.secretName()
                .filter(name -> current != null)
                .map(name -> Instant.now().plus(settings.secretRefresh()).minusNanos(System.nanoTime() - askedAt));
    }

    /**
     * The login to use; asks for it if there is none yet.
     *
     * @throws CredentialsUnavailableException if there is none; the message says what was tried
     */
    public Login load() throws CredentialsUnavailableException {
        if (current == null) {
            askedAt = System.nanoTime();
            var login = credentials.load();
            credentials.failure().ifPresentOrElse(this::note, () -> {
                if (settings.secretName().isPresent()) {
                    refreshes.incrementAndGet();
                }
            });
            loadedAt = Instant.now();
            current = login;
        }
        return current;
    }

    /** The login to use now; there is one once {@link #load} has returned. */
    public Login current() {
        return current;
    }

    /**
     * The login to open a connection with: the one in use, or, after it was refused, of all that were the one whose turn
     * it is. One of them may be right again, and only one is tried at a time, or accounts get locked.
     */
    public Login next() {
        synchronized (refused) {
            return wasRefused(current) ? refused.getFirst() : current;
        }
    }

    /** Whether the secret's value is so old that {@link #refresh} should be called. */
    public boolean due() {
        return settings.secretName().isPresent()
                && current != null
                && System.nanoTime() - askedAt > settings.secretRefresh().toNanos();
    }

    /**
     * Asks for the secret's current version. If that fails, the login in use stays. Takes 2.5 s at most.
     *
     * @return another login than the one in use, to be {@link #proven} before it is used
     */
    public Optional<Login> refresh() {
        var asked = ask(SecretVersion.CURRENT);
        if (asked.filter(login -> login.sameAs(current)).isPresent()) {
            loadedAt = Instant.now();
            current = asked.get();
        }
        return asked.filter(login -> !login.sameAs(current) && !wasRefused(login) && !isUnproven(login));
    }

    /** The database took this login: it is the one in use from now on. */
    public void proven(Login login) {
        LOG.log(Level.INFO, "The secret has a new current version, which the database takes");
        loadedAt = Instant.now();
        changedAt = loadedAt;
        synchronized (refused) {
            current = login;
            refused.clear();
        }
    }

    private boolean isUnproven(Login login) {
        var known = unproven;
        return known != null && login.sameAs(known) && System.nanoTime() - unprovenAt < BETWEEN_PROOFS;
    }

    /** The database did not take this login, which is newer than the one in use. That one stays. */
    public void unproven(Login login, String reason) {
        unproven = login;
        unprovenAt = System.nanoTime();
        failed("its new version from " + login.source() + " cannot sign in: " + reason);
    }

    /**
     * What to try when the login in use was refused, each asked for when it is its turn: the secret's current version again,
     * the pending one, the previous one. Asking takes 2.5 s at most.
     */
    public List<Supplier<Optional<Login>>> others() {
        return settings.secretName().isEmpty()
                ? List.of()
                : List.of(
                        () -> ask(SecretVersion.CURRENT),
                        () -> ask(SecretVersion.PENDING),
                        () -> ask(SecretVersion.PREVIOUS));
    }

    /** The database took this login: from now on it is the one in use, if the one that was has been refused. */
    public void accepted(Login login) {
        synchronized (refused) {
            if (wasRefused(current) && !login.sameAs(current)) {
                LOG.log(Level.INFO, "Signed in with another login, from {0}", login.source());
                if (login.stage().equals(Optional.of(SecretVersion.PENDING))) {
                    pendingUses.incrementAndGet();
                }
                loadedAt = Instant.now();
                changedAt = loadedAt;
                current = login;
            }
            // Times have changed: what was refused before may be right again.
            refused.clear();
        }
    }

    /** The database refused this login. */
    public void refused(Login login) {
        rejections.incrementAndGet();
        synchronized (refused) {
            refused.removeIf(login::sameAs);
            refused.addLast(login);
            if (refused.size() > REFUSED) {
                refused.removeFirst();
            }
        }
    }

    /** Whether the database refused this login, and has not accepted any since. */
    public boolean wasRefused(Login login) {
        synchronized (refused) {
            return refused.stream().anyMatch(login::sameAs);
        }
    }

    private Optional<Login> ask(SecretVersion stage) {
        if (stage == SecretVersion.CURRENT) {
            askedAt = System.nanoTime();
        }
        try {
            var login = credentials.fromSecret(stage);
            refreshes.incrementAndGet();
            failing = false;
            return Optional.of(login);
        } catch (SecretUnavailableException failure) {
            if (stage == SecretVersion.CURRENT) {
                failed(failure.getMessage());
            }
            return Optional.empty();
        }
    }

    private void failed(String reason) {
        if (!failing || !reason.equals(lastFailure.reason)) {
            LOG.log(Level.WARNING, "The secret could not be read, the login in use stays: {0}", reason);
        }
        note(reason);
    }

    private void note(String reason) {
        lastFailure = new Failure(Instant.now(), reason);
        failing = true;
    }

    @Override
    public void close() {
        credentials.close();
    }
}
