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

    /**
     * As the API shows it.
     *
     * @param position in the queue, counted from 1; absent unless it waits
     */
    public JsonObject json(Optional<Integer> position) {
        return JSON.createObjectBuilder()
                .add("userId", user.toString())
                .add("state", EnumNames.of(state))
                .add("position", position.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                .add("seats", seats)
                .add("guests", seats - 1)
                .add("attendance", EnumNames.of(attendance))
                .add("madeBy", madeBy.toString())
                .add("createdAt", Times.utc(createdAt))
                .add("updatedAt", Times.utc(updatedAt))
                .build();
    }
}
