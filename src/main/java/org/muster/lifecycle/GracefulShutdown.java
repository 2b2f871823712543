package org.muster.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.muster.lifecycle.BackgroundThread.Step;

/**
 * Shuts down in order: not ready, new requests refused, requests in flight finished, connections closed, and only then the server
 * stopped. Between the first two, requests may be served for a while, until all load balancers have seen that the server is not ready.
 * A server by itself would cut requests off before it tells the application.
 */
@ApplicationScoped
public class GracefulShutdown {
    private static final Logger LOG = System.getLogger(GracefulShutdown.class.getName());

    @Inject
    Readiness readiness;

    private final Object changed = new Object();
    private int requests;
    private boolean refusing;
    private Duration delay = Duration.ZERO;
    private Duration grace = Duration.ZERO;
    private Runnable closing = () -> {};
    private boolean signalled;
    private boolean delayEnded;

    /**
     * A request begins.
     *
     * @return whether the shutdown waits for it, until {@link #end}. It does not if requests are refused already: as long as clients keep
     *     sending, some are always in progress.
     */
    public boolean begin() {
        synchronized (changed) {
            if (refusing) {
                return false;
            }
            requests++;
            return true;
        }
    }

    /** A request for which {@link #begin} returned true has been answered. */
    public void end() {
        synchronized (changed) {
            requests--;
            changed.notifyAll();
        }
    }

    /**
     * Returns a step that the shutdown waits for, as for a request. It is left out while the database is unavailable, and from when the
     * server has been told to stop.
     *
     * @param pause the time to wait before the next step after one that was left out
     */
    public Step awaited(Step step, Duration pause) {
        return () -> {
            if (!readiness.accepting() || readiness.leaving() || !begin()) {
                return pause;
            }
            try {
                return step.run();
            } finally {
                end();
            }
        };
    }

    /**
     * Has SIGTERM and SIGINT shut the server down in order. A second signal ends the delay.
     *
     * @param serveFor how long requests are served after the signal
     * @param atMost how long requests in flight may take to finish after that
     */
    void onSignal(Duration serveFor, Duration atMost, Runnable closeConnections) {
        // The signal's thread reads these under the same lock.
        synchronized (changed) {
            delay = serveFor;
            grace = atMost;
            closing = closeConnections;
        }
        SignalHandlers.handle(this::signalled);
    }

    /** Does what can still be done when the server stops in another way. */
    void finish() {
        SignalHandlers.release();
        synchronized (changed) {
            delayEnded = true;
            changed.notifyAll();
        }
        drain(Duration.ofSeconds(1));
    }

    private void signalled() {
        synchronized (changed) {
            if (signalled) {
                delayEnded = true;
                changed.notifyAll();
                return;
            }
            signalled = true;
        }
        try {
            shutDown();
        } finally {
            System.exit(0);
        }
    }

    private void shutDown() {
        Duration atMost;
        Runnable close;
        synchronized (changed) {
            atMost = grace;
            close = closing;
        }
        serveOn();
        LOG.log(
                Level.INFO,
                "Shutting down: waiting up to {0} s for {1} requests to finish",
                atMost.toSeconds(),
                inFlight());
        if (!drain(atMost)) {
            LOG.log(Level.WARNING, "Shutting down although {0} requests have not finished", inFlight());
        }
        close.run();
        LOG.log(Level.INFO, "The database connections are closed; stopping the server");
    }

    /** Serves requests as before, for the delay. Who has never been ready gets none from a load balancer. */
    private void serveOn() {
        readiness.leave();
        Duration atMost;
        synchronized (changed) {
            atMost = readiness.started() ? delay : Duration.ZERO;
        }
        if (!atMost.isZero()) {
            LOG.log(
                    Level.INFO,
                    "Stopping: not ready, but serving requests for {0} s more; another signal ends this",
                    atMost.toSeconds());
            await(() -> delayEnded, atMost);
        }
    }

    /** Refuses new requests, and waits for those in flight. Returns whether all have finished. */
    boolean drain(Duration atMost) {
        synchronized (changed) {
            // A request that begins after this is not counted, and finds that the server is stopping.
            readiness.stop();
            refusing = true;
        }
        return await(() -> requests == 0, atMost);
    }

    private int inFlight() {
        synchronized (changed) {
            return requests;
        }
    }

    private boolean await(BooleanSupplier condition, Duration atMost) {
        var end = System.nanoTime() + atMost.toNanos();
        synchronized (changed) {
            while (!condition.getAsBoolean()) {
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
