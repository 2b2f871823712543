package org.muster.signups;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Optional;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.json.EnumNames;
import org.muster.queue.SignUp;

/**
 * An activity, with a user's own sign-up.
 *
 * @param signUp absent if they have no seat and do not wait for one
 */
record MyActivity(Activity activity, Optional<Own> signUp) {
    /** @param position in the queue, counted from 1; absent unless it waits */
    record Own(SignUp.State state, Optional<Integer> position, int seats, SignUp.Attendance attendance) {
        private JsonObject json() {
            return JSON.createObjectBuilder()
                    .add("state", EnumNames.of(state))
                    .add("position", position.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                    .add("seats", seats)
                    .add("guests", seats - 1)
                    .add("attendance", EnumNames.of(attendance))
                    .build();
        }
    }

    /** As the API shows it. */
    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("activity", activity.listed())
                .add("signup", signUp.<JsonValue>map(Own::json).orElse(JsonValue.NULL))
                .build();
    }

    /** Its key in lists by start. */
    String key() {
        return Activities.Key.of(activity).toString();
    }
}
