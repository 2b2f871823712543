package org.muster.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Shuts down in order: not ready, new requests refused, requests in flight finished, connections closed, and only then the server
 * stopped. A server by itself would cut requests off before it tells the application.
 */
@ApplicationScoped
public class GracefulShutdown {
    private static final Logger LOG = System.getLogger(GracefulShutdown.class.getName());

    @Inject
    Readiness readiness;

    private final Object changed = new Object();
    private int requests;
    private Duration grace = Duration.ZERO;
    private Runnable closing = () -> {};
    private boolean signalled;

    /** A request begins. It is waited for, even if it is going to be refused because the server is shutting down. */
    public void begin() {
        synchronized (changed) {
            requests++;
        }
    }

    /** A request has been answered. */
    public void end() {
        synchronized (changed) {
            requests--;
            changed.notifyAll();
        }
    }

    /**
     * Has SIGTERM and SIGINT shut the server down in order.
     *
     * @param atMost how long requests in flight may take to finish
     */
    void onSignal(Duration atMost, Runnable closeConnections) {
        grace = atMost;
        closing = closeConnections;
        SignalHandlers.handle(this::shutDown);
    }

    /** Does what can still be done when the server stops in another way. */
    void finish() {
        SignalHandlers.release();
        await(Duration.ofSeconds(1));
    }

    private void shutDown() {
        synchronized (changed) {
            if (signalled) {
                return;
            }
            signalled = true;
            readiness.stop();
        }
        try {
            LOG.log(
                    Level.INFO,
                    "Shutting down: waiting up to {1} s for {0} requests to finish",
                    requests,
                    grace.toSeconds());
            if (!await(grace)) {
                LOG.log(Level.WARNING, "Shutting down although {0} requests have not finished", requests);
            }
            closing.run();
            LOG.log(Level.INFO, "The database connections are closed; stopping the server");
        } finally {
            System.exit(0);
        }
    }

    private boolean await(Duration atMost) {
        var end = System.nanoTime() + atMost.toNanos();
        synchronized (changed) {
            while (requests > 0) {
                var left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                try {
                    changed.wait(left);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }
}
