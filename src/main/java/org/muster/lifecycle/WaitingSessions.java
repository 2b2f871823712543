package org.muster.lifecycle;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Since when sessions were seen waiting, by their process ids. Used by one thread. */
final class WaitingSessions {
    private final Map<Integer, Long> since = new HashMap<>();

    /** Notes which sessions wait now, and returns those that were seen waiting each time for at least as long as each may. */
    List<Integer> longerThan(Function<Integer, Duration> atLeast, Collection<Integer> waiting) {
        var now = System.nanoTime();
        since.keySet().retainAll(waiting);
        waiting.forEach(pid -> since.putIfAbsent(pid, now));
        return waiting.stream()
                .filter(pid -> now - since.get(pid) >= atLeast.apply(pid).toNanos())
                .toList();
    }

    /** Notes that none waits. */
    void clear() {
        since.clear();
    }
}
