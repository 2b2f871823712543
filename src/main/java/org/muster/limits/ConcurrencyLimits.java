package org.muster.limits;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;

/** What this node does at once, for a user, an address or all, in memory. */
@ApplicationScoped
public class ConcurrencyLimits {
    private static final int RETRIES = 50;

    @Inject
    Metrics metrics;

    private final Map<Use, Integer> taken = new ConcurrentHashMap<>();
    /** Of turns that are over, but must last longer. */
    private final Queue<Places> ending = new ConcurrentLinkedQueue<>();

    private record Use(ConcurrencyLimit limit, Object whose) {}

    /** A place that is taken until it is closed. */
    public final class Place implements AutoCloseable {
        private final Use use;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(Use use) {
            this.use = use;
        }

        /** Frees the place; does nothing the second time. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                taken.computeIfPresent(use, (any, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /**
     * Takes a place.
     *
     * @param whose the user or the address; any constant if the limit is the node's
     * @throws Problem 429 or 503 with {@code Retry-After} if none is free
     */
    public Place take(ConcurrencyLimit limit, Object whose) {
        return find(limit, whose).orElseThrow(() -> refused(limit));
    }

    /**
     * Takes a place of somebody, and one of the node.
     *
     * @return frees both
     * @throws Problem 429 or 503 with {@code Retry-After} if one of them is not free; then neither is taken
     */
    public Places take(ConcurrencyLimit limit, Object whose, ConcurrencyLimit ofNode) {
        return take(limit, whose, ofNode, Duration.ZERO);
    }

    private Places take(ConcurrencyLimit limit, Object whose, ConcurrencyLimit ofNode, Duration shortest) {
        var own = take(limit, whose);
        try {
            return new Places(own, take(ofNode, ""), shortest);
        } catch (Problem refused) {
            own.close();
            throw refused;
        }
    }

    /**
     * Takes a place of somebody, and one of the node, and waits for them for a while.
     *
     * @return frees both, but not before a turn may end
     * @throws Problem 429 or 503 with {@code Retry-After} if none becomes free, or too many wait; then neither is taken
     */
    public Places await(Turn turn, Object whose) {
        return find(turn, whose).orElseGet(() -> {
            var waiting = take(turn.waiting, whose, turn.allWaiting);
            try {
                return retried(turn, whose);
            } finally {
                waiting.close();
            }
        });
    }

    private Places retried(Turn turn, Object whose) {
        var end = System.nanoTime() + turn.patience.toNanos();
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(turn.patience.toNanos() / RETRIES);
            var places = find(turn, whose);
            if (places.isPresent()) {
                return places.get();
            }
        }
        return take(turn.own, whose, turn.ofNode, turn.shortest);
    }

    /** Takes a place of somebody, and one of the node; empty, and neither is taken, if one of them is not free. */
    private Optional<Places> find(Turn turn, Object whose) {
        ending.removeIf(Places::ended);
        return find(turn.own, whose).flatMap(own -> {
            var places = find(turn.ofNode, "").map(node -> new Places(own, node, turn.shortest));
            if (places.isEmpty()) {
                own.close();
            }
            return places;
        });
    }

    /** Two places that are taken until this is closed, and until a turn may end. */
    public final class Places implements AutoCloseable {
        private final Place own;
        private final Place ofNode;
        private final long earliestEnd;

        private Places(Place own, Place ofNode, Duration shortest) {
            this.own = own;
            this.ofNode = ofNode;
            earliestEnd = System.nanoTime() + shortest.toNanos();
        }

        /** Frees them; does nothing the second time. */
        @Override
        public void close() {
            if (!ended()) {
                ending.add(this);
            }
        }

        private boolean ended() {
            if (System.nanoTime() - earliestEnd < 0) {
                return false;
            }
            own.close();
            ofNode.close();
            return true;
        }
    }

    /** Takes a place; empty if none is free. */
    public Optional<Place> find(ConcurrencyLimit limit, Object whose) {
        var place = new Place(new Use(limit, whose));
        if (taken.merge(place.use, 1, Integer::sum) > limit.most()) {
            place.close();
            return Optional.empty();
        }
        return Optional.of(place);
    }

    /** Counts a refusal, and returns it. */
    public Problem refused(ConcurrencyLimit limit) {
        metrics.countRefusal(limit.metric());
        return limit.refusal();
    }
}
