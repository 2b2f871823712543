package org.muster.credentials;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.muster.credentials.Credentials.CredentialsUnavailableException;
import org.muster.settings.Settings;

/**
 * Manages the login that is in use, and the alternatives when the database refuses it. Whichever login the database accepts becomes
 * the one in use. Reading it never waits, not even while a newer one is fetched.
 */
public final class CredentialsManager implements AutoCloseable {
    private static final Logger LOG = System.getLogger(CredentialsManager.class.getName());
    /** The maximum time to fetch a login from AWS. */
    public static final Duration FETCH_TIMEOUT = Secrets.TOTAL_TIMEOUT;

    /** The minimum interval between attempts to sign in with a rejected new version: more might lock the account. */
    private static final long VERIFY_INTERVAL = TimeUnit.SECONDS.toNanos(15);

    private final Settings settings;
    private final Credentials credentials;
    private final RefusedLogins refused = new RefusedLogins();
    private final AtomicLong refreshes = new AtomicLong();
    private final AtomicLong rejections = new AtomicLong();
    private final AtomicLong pendingUses = new AtomicLong();
    private volatile Login current;
    private volatile Login replaceable;
    private volatile Login unverified;
    private volatile long unverifiedAt;
    private volatile Instant loadedAt;
    private volatile Instant changedAt;
    private volatile CredentialsStatus.Failure lastFailure;
    private volatile boolean failing;
    private volatile long fetchedAt;

    public CredentialsManager(Settings settings) {
        this.settings = settings;
        this.credentials = new Credentials(settings);
    }

    /** The state of the credentials now. */
    public CredentialsStatus status() {
        var login = current;
        return new CredentialsStatus(
                login == null ? "" : login.source(),
                Optional.ofNullable(login),
                Optional.ofNullable(loadedAt).map(at -> Duration.between(at, Instant.now())),
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
                .map(name -> Instant.now().plus(settings.secretRefresh()).minusNanos(System.nanoTime() - fetchedAt));
    }

    /**
     * The login to use; fetches it if there is none yet.
     *
     * @throws CredentialsUnavailableException if there is none; the message says what was tried
     */
    public Login load() throws CredentialsUnavailableException {
        if (current == null) {
            fetchedAt = System.nanoTime();
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

    /** The login to use now; null before {@link #load} has returned. */
    public Login current() {
        return current;
    }

    /** The login to open a connection with: the one in use, or, once that was refused, the refused one whose turn it is. */
    public Login next() {
        synchronized (refused) {
            return wasRefused(current) ? refused.next() : current;
        }
    }

    /** Whether it is time to {@link #refresh}. */
    public boolean refreshDue() {
        return settings.secretName().isPresent()
                && current != null
                && System.nanoTime() - fetchedAt > settings.secretRefresh().toNanos();
    }

    /**
     * Fetches the secret's current version. If that fails, the login in use stays. Takes 2.5 s at most.
     *
     * @return a login that differs from the one in use, to be {@link #verified} before it is used
     */
    public Optional<Login> refresh() {
        var inUse = current;
        var fetched = fetch(SecretVersion.CURRENT);
        synchronized (refused) {
            replaceable = inUse;
            if (fetched.isPresent() && current == inUse && fetched.get().sameAs(inUse)) {
                loadedAt = Instant.now();
                current = fetched.get();
            }
            // If another login has come into use meanwhile, it may be newer than this one.
            return fetched.filter(login -> current == inUse && !wasRefused(login) && !failedVerification(login));
        }
    }

    /** Notes that the database accepted this newer login: it comes into use, unless another one has meanwhile. */
    public void verified(Login login) {
        synchronized (refused) {
            if (current == replaceable) {
                LOG.log(Level.INFO, "The secret has a new current version, and the database accepts it");
                use(login);
                refused.clear();
            }
        }
    }

    private void use(Login login) {
        loadedAt = Instant.now();
        changedAt = loadedAt;
        current = login;
    }

    private boolean failedVerification(Login login) {
        var known = unverified;
        return known != null && login.sameAs(known) && System.nanoTime() - unverifiedAt < VERIFY_INTERVAL;
    }

    /** Notes that the database did not accept this newer login: the one in use stays. */
    public void unverified(Login login, String reason) {
        unverified = login;
        unverifiedAt = System.nanoTime();
        failed("its new version from " + login.source() + " cannot sign in: " + reason);
    }

    /**
     * The logins to try after the one in use was refused, each fetched when its turn comes: the secret's current version, the
     * pending one, the previous one. Fetching one takes 2.5 s at most.
     */
    public List<Supplier<Optional<Login>>> alternatives() {
        return settings.secretName().isEmpty()
                ? List.of()
                : List.of(
                        () -> fetch(SecretVersion.CURRENT),
                        () -> fetch(SecretVersion.PENDING),
                        () -> fetch(SecretVersion.PREVIOUS));
    }

    /**
     * Notes that the database accepted this login: it is the one in use from now on, if the one before was refused.
     *
     * @param since when the attempt began, in {@link System#nanoTime}: if the login was refused after that, the refusal stands
     */
    public void accepted(Login login, long since) {
        synchronized (refused) {
            if (refused.containsSince(since, login)) {
                return;
            }
            if (wasRefused(current) && !login.sameAs(current)) {
                LOG.log(Level.INFO, "Signed in with the login from {0} instead", login.source());
                if (login.version().equals(Optional.of(SecretVersion.PENDING))) {
                    pendingUses.incrementAndGet();
                }
                use(login);
            }
            // What was refused before may be right again.
            refused.clear();
        }
    }

    /** Notes that the database refused this login. */
    public void refused(Login login) {
        rejections.incrementAndGet();
        refused.add(login);
    }

    /** Whether a connection of this login belongs to another user, or another database, than the login in use. */
    public boolean superseded(Login login) {
        var now = current;
        return login != now && !login.sameUserAs(now);
    }

    /** Whether the database refused this login, and has not accepted any since. */
    public boolean wasRefused(Login login) {
        return refused.contains(login);
    }

    private Optional<Login> fetch(SecretVersion version) {
        if (version == SecretVersion.CURRENT) {
            fetchedAt = System.nanoTime();
        }
        try {
            var login = credentials.fromSecret(version);
            refreshes.incrementAndGet();
            failing = false;
            return Optional.of(login);
        } catch (SecretUnavailableException failure) {
            if (version == SecretVersion.CURRENT) {
                failed(failure.getMessage());
            }
            return Optional.empty();
        }
    }

    private void failed(String reason) {
        if (!failing || !reason.equals(lastFailure.reason())) {
            LOG.log(Level.WARNING, "The secret could not be read; the login in use stays: {0}", reason);
        }
        note(reason);
    }

    private void note(String reason) {
        lastFailure = new CredentialsStatus.Failure(Instant.now(), reason);
        failing = true;
    }

    @Override
    public void close() {
        credentials.close();
    }
}
