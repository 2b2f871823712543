package org.muster.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.atomic.AtomicBoolean;
import org.muster.lifecycle.GracefulShutdown;

/**
 * A request to the API, from its beginning until its response has been written or its client has gone. A shutdown waits for it. While it
 * is admitted it takes one of the places of {@link Admission}.
 */
final class Execution implements AsyncListener {
    private final GracefulShutdown shutdown;
    private final boolean awaited;
    private final Admission admission;
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean admitted;

    /** A shutdown that has begun does not wait for it. */
    Execution(GracefulShutdown shutdown, Admission admission) {
        this.shutdown = shutdown;
        this.admission = admission;
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
        if (leave()) {
            admission.leave();
        }
    }

    private synchronized boolean leave() {
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
