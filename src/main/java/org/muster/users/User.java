package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.http.Zone;

/**
 * An account, without its password.
 *
 * @param emailVerified whether the owner has proved the address
 * @param pendingEmail the address that takes its place once it is proved
 */
public record User(
        UUID id,
        String email,
        Profile profile,
        Instant createdAt,
        boolean emailVerified,
        Optional<String> pendingEmail) {

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
                .add("emailVerified", emailVerified)
                .add(
                        "pendingEmail",
                        pendingEmail.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                .addAll(JSON.createObjectBuilder(profile.json()))
                .add("createdAt", Times.utc(createdAt))
                .add("operator", operator)
                .build();
    }
}
