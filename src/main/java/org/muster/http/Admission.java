package org.muster.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;

/** The requests to the API that are executed. Others wait for their turn, without a thread, in the order of their arrival. */
@ApplicationScoped
public class Admission {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    @Inject
    ConcurrencyLimits limits;

    private final Semaphore free = new Semaphore(ConcurrencyLimit.REQUESTS.most());
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();

    private record Waiting(AsyncContext context, Execution execution, long since) {
        boolean tooLong() {
            return System.nanoTime() - since > LONGEST_WAIT.toNanos();
        }
    }

    /** Whether the request may be executed now. */
    boolean enter(Execution execution) {
        return queue.isEmpty() && free.tryAcquire() && execution.admit();
    }

    /** Has a request that waits dispatched when it is its turn. */
    void await(AsyncContext context, Execution execution) {
        queue.add(new Waiting(context, execution, System.nanoTime()));
        if (free.tryAcquire()) {
            leave();
        }
    }

    /** The execution of an admitted request has ended: the next takes its place. */
    void leave() {
        do {
            for (var next = queue.poll(); next != null; next = queue.poll()) {
                if (next.execution.admit()) {
                    dispatch(next.context);
                    return;
                }
            }
            free.release();
        } while (!queue.isEmpty() && free.tryAcquire());
    }

    /** Refuses requests that have waited too long. */
    void sweep() {
        for (var waiting : queue) {
            if (waiting.tooLong() && queue.remove(waiting)) {
                RefusedRequestFilter.refuse(waiting.context.getRequest(), limits.refused(ConcurrencyLimit.REQUESTS));
                dispatch(waiting.context);
            }
        }
    }

    static void dispatch(AsyncContext context) {
        try {
            context.dispatch();
        } catch (IllegalStateException gone) {
            // The client is. Completion follows.
        }
    }
}
