package org.muster.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The orderly end: not ready, nobody let in, those who are in finish, the connections are closed, and only then the
 * server stops. A server by itself cuts requests off before it tells the application.
 */
@ApplicationScoped
public class GracefulShutdown {
    private static final Logger LOG = System.getLogger(GracefulShutdown.class.getName());

    @Inject
    Readiness state;

    private final Object changed = new Object();
    private int requests;
    private Duration grace = Duration.ZERO;
    private Runnable closing = () -> {};
    private boolean signalled;

    /** A request comes in. It is waited for, even if it will be refused because the server is on its way down. */
    public void enter() {
        synchronized (changed) {
            requests++;
        }
    }

    /** A request that came in has been answered. */
    public void leave() {
        synchronized (changed) {
            requests--;
            changed.notifyAll();
        }
    }

    /** From now on SIGTERM and SIGINT end the server in order. */
    void onSignal(Duration atMost, Runnable closeConnections) {
        grace = atMost;
        closing = closeConnections;
        SignalHandlers.handle(this::end);
    }

    /** The server ends by another way: what can still be done. */
    void finish() {
        SignalHandlers.release();
        await(Duration.ofSeconds(1));
    }

    private void end() {
        synchronized (changed) {
            if (signalled) {
                return;
            }
            signalled = true;
            state.stop();
        }
        try {
            LOG.log(Level.INFO, "Stopping: finishing {0} requests, at most {1} s", requests, grace.toSeconds());
            if (!await(grace)) {
                LOG.log(Level.WARNING, "Stopping although {0} requests have not finished", requests);
            }
            closing.run();
            LOG.log(Level.INFO, "The database connections are closed: stopping the server");
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
