package org.muster.queue;

import java.time.Instant;
import java.util.UUID;

/**
 * A user's sign-up for an activity.
 *
 * @param seats the user's and the guests'
 * @param number its number in the queue
 * @param madeBy who last changed it: the user or an organizer
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

    /** The state of a sign-up. */
    public enum State {
        CONFIRMED,
        WAITING,
        CANCELLED
    }

    /** The attendance. */
    public enum Attendance {
        UNKNOWN,
        ATTENDED,
        NO_SHOW
    }

    /** Whether it is confirmed or waiting. */
    public boolean active() {
        return state != State.CANCELLED;
    }
}
