package org.muster.queue;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.Times;
import org.muster.json.EnumNames;

/**
 * A change of a sign-up.
 *
 * @param from absent if the sign-up is new
 * @param place the sign-up's number in the queue
 * @param reason in an organizer's words; may be empty
 * @param madeBy absent if the queue admitted it
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
        /** The user signed up or was signed up. */
        JOINED,
        /** The number of guests changed. */
        GUESTS,
        /** The user left or was removed. */
        LEFT,
        /** Seats became free, and it was next in the queue. */
        SEAT_FREED,
        /** The capacity was raised. */
        CAPACITY_RAISED,
        /** An organizer admitted it out of turn. */
        PROMOTED,
        /** The membership ended. */
        LEFT_GROUP,
        REMOVED,
        BANNED,
        /** The account was erased. */
        ERASED,
        /** It was merged with the sign-up of a placeholder. */
        MERGED
    }

    /** As the API shows it. */
    public JsonObject json() {
        return JSON.createObjectBuilder()
                .add("userId", user.toString())
                .add(
                        "from",
                        from.<JsonValue>map(state -> JSON.createValue(EnumNames.of(state)))
                                .orElse(JsonValue.NULL))
                .add("to", EnumNames.of(to))
                .add("seats", seats)
                .add("queueNumber", place)
                .add("cause", EnumNames.hyphenated(cause))
                .add("reason", reason)
                .add(
                        "madeBy",
                        madeBy.<JsonValue>map(user -> JSON.createValue(user.toString()))
                                .orElse(JsonValue.NULL))
                .add("at", Times.utc(at))
                .build();
    }
}
