package org.muster.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;

/** The requests to the API that are executed. Others wait, without a thread, for their turn. */
@ApplicationScoped
public class Admission {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    @Inject
    ConcurrencyLimits limits;

    private final Semaphore free = new Semaphore(ConcurrencyLimit.REQUESTS.most());
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();

    private record Waiting(AsyncContext context, HttpServletRequest request, long since) {
        boolean tooLong() {
            return System.nanoTime() - since > LONGEST_WAIT.toNanos();
        }

        void dispatch() {
            try {
                context.dispatch();
            } catch (IllegalStateException gone) {
                // The client is.
            }
        }
    }

    /** Whether the request is executed now, until {@link #leave}. If not, it is dispatched again when it is its turn. */
    boolean enter(HttpServletRequest request, HttpServletResponse response) {
        if (free.tryAcquire()) {
            return true;
        }
        var context = request.startAsync(request, response);
        context.setTimeout(0);
        queue.add(new Waiting(context, request, System.nanoTime()));
        if (free.availablePermits() > 0) {
            next();
        }
        return false;
    }

    /** The execution of a request has ended. */
    void leave() {
        free.release();
        next();
    }

    private void next() {
        var waiting = queue.poll();
        if (waiting != null) {
            waiting.dispatch();
        }
    }

    /** Refuses requests that have waited too long. */
    void sweep() {
        for (var first = queue.peek(); first != null && first.tooLong(); first = queue.peek()) {
            if (queue.remove(first)) {
                RefusedRequestFilter.refuse(first.request, limits.refused(ConcurrencyLimit.REQUESTS));
                first.dispatch();
            }
        }
        for (var turns = free.availablePermits(); turns > 0 && !queue.isEmpty(); turns--) {
            next();
        }
    }
}
