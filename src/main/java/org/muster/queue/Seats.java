package org.muster.queue;

import java.util.Optional;

/**
 * The seats of an activity.
 *
 * @param capacity the number of seats; absent if there is no limit
 * @param taken the number of confirmed seats
 * @param waiting the number of waiting sign-ups, regardless of their seats
 */
public record Seats(Optional<Integer> capacity, int taken, int waiting) {

    /** The number of free seats; absent if there is no limit. */
    public Optional<Integer> free() {
        return capacity.map(all -> all - taken);
    }

    /** Whether the capacity is at least this number of seats. */
    boolean hold(int seats) {
        return capacity.map(all -> seats <= all).orElse(true);
    }

    /** Whether at least this number of seats is free. */
    boolean fit(int seats) {
        return free().map(free -> seats <= free).orElse(true);
    }
}
