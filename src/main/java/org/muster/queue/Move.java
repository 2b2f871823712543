package org.muster.queue;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What happened to a sign-up.
 *
 * @param from absent if it was new
 * @param place the sign-up's place in the order of coming
 * @param reason in an organizer's words; may be empty
 * @param madeBy absent if it was the queue's turn
 */
public record Move(
        long number,
        UUID user,
        Optional<SignUp.State> from,
        SignUp.State to,
        int seats,
        long place,
        Cause cause,
        String reason,
        Optional<UUID> madeBy,
        Instant at) {

    /** Why it happened. */
    public enum Cause {
        /** They signed up, or were signed up. */
        JOINED,
        /** They bring another number of guests. */
        GUESTS,
        /** They left, or were taken off. */
        LEFT,
        /** Somebody freed the seats, and it was their turn. */
        SEAT_FREED,
        /** There are more seats now. */
        CAPACITY_RAISED,
        /** An organizer let them in out of turn. */
        PROMOTED,
        /** They are not in the group any more. */
        LEFT_GROUP,
        REMOVED,
        BANNED,
        /** Their account is no more. */
        ERASED,
        /** They had two sign-ups: this one, and one in the name that stood for them. */
        MERGED
    }
}
