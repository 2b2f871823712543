package org.muster.connections;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections in use. */
public final class Leases {
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

    Leases() {}

    void add(Lease lease) {
        leases.add(lease);
    }

    /** False if it is not there any more. */
    boolean remove(Lease lease) {
        return leases.remove(lease);
    }

    /** How many there are. */
    public int count() {
        return leases.size();
    }

    /** A connection in use: by whom, and for how long. */
    public record Use(Thread borrower, Duration age) {}

    /** Those that have been in use for longer than this, the longest first. */
    public List<Use> longerThan(Duration age) {
        return leases.stream()
                .map(lease -> new Use(lease.borrower(), lease.age()))
                .filter(use -> use.age.compareTo(age) > 0)
                .sorted(Comparator.comparing(Use::age).reversed())
                .toList();
    }
}
