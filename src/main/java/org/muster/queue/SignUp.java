package org.muster.queue;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody's sign-up for an activity.
 *
 * @param seats theirs and their guests'
 * @param number their place in the order of coming
 * @param madeBy who last set it: they themselves, or an organizer
 */
public record SignUp(
        UUID user,
        State state,
        int seats,
        long number,
        Attendance attendance,
        UUID madeBy,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether they have a seat. */
    public enum State {
        CONFIRMED,
        WAITING,
        CANCELLED
    }

    /** Whether they came. */
    public enum Attendance {
        UNKNOWN,
        ATTENDED,
        NO_SHOW
    }

    /** Whether it counts: they have seats, or wait for them. */
    public boolean active() {
        return state != State.CANCELLED;
    }
}
