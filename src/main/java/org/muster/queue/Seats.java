package org.muster.queue;

import java.util.Optional;

/**
 * The seats of an activity.
 *
 * @param capacity how many there are; absent means that there is no limit
 * @param taken how many are confirmed
 * @param waiting how many sign-ups wait, whatever their seats
 */
public record Seats(Optional<Integer> capacity, int taken, int waiting) {

    /** How many are free; absent means that there is no limit. */
    public Optional<Integer> free() {
        return capacity.map(all -> all - taken);
    }

    /** Whether there are so many in all. */
    boolean hold(int seats) {
        return capacity.map(all -> seats <= all).orElse(true);
    }

    /** Whether so many are free. */
    boolean fit(int seats) {
        return free().map(free -> seats <= free).orElse(true);
    }
}
