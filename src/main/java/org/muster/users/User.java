package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.muster.http.JsonInput;
import org.muster.http.Times;

/** An account, without its password. */
public record User(UUID id, String email, Profile profile, Instant createdAt) {

    /** What the user can change. */
    public record Profile(String displayName, ZoneId zone) {
        static Profile of(JsonInput input) {
            return new Profile(input.line("displayName", 1, 100), input.zone("zone"));
        }

        JsonObject json() {
            return JSON.createObjectBuilder()
                    .add("displayName", displayName)
                    .add("zone", zone.getId())
                    .build();
        }
    }

    /** @param operator whether they are one */
    JsonObject json(boolean operator) {
        return JSON.createObjectBuilder()
                .add("id", id.toString())
                .add("email", email)
                .addAll(JSON.createObjectBuilder(profile.json()))
                .add("createdAt", Times.utc(createdAt))
                .add("operator", operator)
                .build();
    }
}
