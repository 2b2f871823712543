package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.http.Zone;

/** An account, without its password. */
public record User(UUID id, String email, Profile profile, Instant createdAt) {

    /** What the user can change. */
    public record Profile(String displayName, Zone zone) {
        /** A new one; if the time zone is not known here, {@code utcOffset} says which offset it has now. */
        static Profile of(JsonInput input) {
            return new Profile(input.line("displayName", 1, 100), input.zone("zone", "utcOffset"));
        }

        /** Reads this profile as it is after a patch. Does not end the input. */
        Profile read(JsonInput patched) {
            return new Profile(patched.line("displayName", 1, 100), patched.zone("zone", Optional.of(zone)));
        }

        JsonObject json() {
            return JSON.createObjectBuilder()
                    .add("displayName", displayName)
                    .add("zone", zone.id())
                    .build();
        }
    }

    /**
     * The account, for its owner.
     *
     * @param operator whether they are one
     */
    public JsonObject json(boolean operator) {
        return JSON.createObjectBuilder()
                .add("id", id.toString())
                .add("email", email)
                .addAll(JSON.createObjectBuilder(profile.json()))
                .add("createdAt", Times.utc(createdAt))
                .add("operator", operator)
                .build();
    }
}
