package org.muster.limits;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;

/** The uses of limits that a node counts, in memory, in fixed windows of time. What the machine itself sends does not count. */
@ApplicationScoped
public class NodeRateLimits {
    private static final int MOST_WINDOWS = 100_000;

    @Inject
    Metrics metrics;

    private final Map<Use, Window> windows = new ConcurrentHashMap<>();

    private record Use(NodeRateLimit limit, Object whose) {}

    /** @param end in the nanoseconds of this JVM */
    private record Window(int uses, long end) {
        boolean over(long now) {
            return now - end >= 0;
        }
    }

    /**
     * Counts one use.
     *
     * @param whose the account or address
     * @throws Problem 429 if that exceeds the limit
     */
    public void use(NodeRateLimit limit, Object whose, HttpServletRequest client) {
        if (!ClientAddress.local(client)) {
            use(limit, whose, System.nanoTime());
        }
    }

    void use(NodeRateLimit limit, Object whose, long now) {
        makeRoom(now);
        var window = windows.compute(
                new Use(limit, whose),
                (use, known) -> known == null || known.over(now)
                        ? new Window(1, now + limit.window.toNanos())
                        : new Window(known.uses + 1, known.end));
        if (window.uses > limit.most) {
            metrics.countRefusal(limit.metric());
            var wait = Duration.ofNanos(window.end - now).toSeconds() + 1;
            throw Problem.tooManyRequests(limit.metric(), limit.refusal, Duration.ofSeconds(wait));
        }
    }

    /** How many windows are kept. */
    int size() {
        return windows.size();
    }

    /** Whoever has many addresses gets the limits anew, and not the node's memory. */
    private void makeRoom(long now) {
        if (windows.size() < MOST_WINDOWS) {
            return;
        }
        windows.values().removeIf(window -> window.over(now));
        if (windows.size() > MOST_WINDOWS / 2) {
            windows.clear();
        }
    }
}
