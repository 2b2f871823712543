package org.muster.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.atomic.AtomicBoolean;
import org.muster.lifecycle.GracefulShutdown;

/**
 * A request to the API, from its beginning until its response has been written or its client has gone. A shutdown waits for it. While it
 * is admitted it has a place, which it gives back.
 */
final class Execution implements AsyncListener {
    private final GracefulShutdown shutdown;
    private final boolean awaited;
    private final Runnable leave;
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean admitted;

    /**
     * A shutdown that has begun does not wait for it.
     *
     * @param leave gives a place back
     */
    Execution(GracefulShutdown shutdown, Runnable leave) {
        this.shutdown = shutdown;
        this.leave = leave;
        awaited = shutdown.begin();
    }

    /** Gives it a place. Returns false if it has ended. */
    synchronized boolean admit() {
        admitted = !ended.get();
        return admitted;
    }

    /** Gives the place back; does nothing the second time. */
    void end() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (awaited) {
            shutdown.end();
        }
        if (admitted()) {
            leave.run();
        }
    }

    private synchronized boolean admitted() {
        return admitted;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // Completion follows.
    }

    @Override
    public void onError(AsyncEvent event) {
        // Completion follows.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
