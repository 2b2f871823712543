package org.muster.queue;

import java.util.UUID;

/**
 * An activity whose row is locked, as its queue needs it.
 *
 * @param seats as they were read under the lock
 * @param waitlist whether people may wait for a seat
 */
public record ActivityQueue(UUID group, UUID activity, Seats seats, boolean waitlist) {

    /** Whether one more person can sign up, with this number of seats: to take or to wait for them. */
    public boolean admits(int wanted) {
        return hasRoom(wanted) || waitlist && seats.hold(wanted);
    }

    /** Whether one more person gets this number of seats at once. */
    boolean hasRoom(int wanted) {
        return seats.waiting() == 0 && seats.fit(wanted);
    }
}
