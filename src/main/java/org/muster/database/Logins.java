package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.muster.connector.Registry;
import org.muster.database.Credentials.CredentialsUnavailable;

/** Serves the current login to whoever opens a connection, and asks for a new one, once for all, when it is refused. */
final class Logins implements UnaryOperator<Map<String, String>>, AutoCloseable {
    private static final Logger LOG = System.getLogger(Logins.class.getName());
    private static final Duration BETWEEN_RELOADS = Duration.ofSeconds(15);
    private static final Duration LONGEST_RELOAD = Duration.ofSeconds(3);

    private final Settings settings;
    private final Credentials credentials;
    private final ExecutorService executor;
    private volatile Login current;
    private Future<?> reload;
    private long reloadedAt;

    /** @param executor runs the calls to AWS: the threads that open connections have no class loader for them */
    Logins(Settings settings, ExecutorService executor) {
        this.settings = settings;
        this.credentials = new Credentials(settings);
        this.executor = executor;
    }

    /** Loads a login, unless there is one, and offers it to the connector. */
    Login load() throws CredentialsUnavailable {
        if (current == null) {
            current = credentials.load();
            Registry.offer(this);
        }
        return current;
    }

    /** The current login's properties; a new login's if this one was refused and there is another. */
    @Override
    public Map<String, String> apply(Map<String, String> refused) {
        if (settings.secretName().isPresent() && refused.equals(current.properties(settings))) {
            await(reload());
        }
        return current.properties(settings);
    }

    private synchronized Future<?> reload() {
        var rested = reload == null || System.nanoTime() - reloadedAt > BETWEEN_RELOADS.toNanos();
        if (rested) {
            reloadedAt = System.nanoTime();
            reload = executor.submit(this::replace);
        }
        return reload;
    }

    private void replace() {
        try {
            current = credentials.load();
        } catch (CredentialsUnavailable failure) {
            LOG.log(Level.WARNING, "The login was refused, and there is no other: {0}", failure.getMessage());
        }
    }

    private static void await(Future<?> reload) {
        try {
            reload.get(LONGEST_RELOAD.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failure) {
            LOG.log(
                    Level.WARNING,
                    "The credentials could not be loaded again: {0}",
                    failure.getClass().getSimpleName());
        }
    }

    @Override
    public void close() {
        Registry.withdraw();
        credentials.close();
    }
}
