package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.Times;
import org.muster.users.Operators;

/**
 * An account, for operators.
 *
 * @param hasPassword whether somebody can sign in to it with a password
 * @param secondFactor whether the password needs a code beside it
 * @param suspendedAt absent if it is not suspended
 * @param lastUsedAt when a session or a token was last used, to the hour; absent if there is none
 */
record Account(
        UUID id,
        String email,
        boolean emailVerified,
        String displayName,
        boolean hasPassword,
        boolean secondFactor,
        Instant createdAt,
        Optional<Instant> suspendedAt,
        Optional<Instant> lastUsedAt) {

    /** What an operator did to it. */
    record Action(UUID actor, String action, String reason, Instant at) {
        JsonObjectBuilder json() {
            return JSON.createObjectBuilder()
                    .add("actorId", actor.toString())
                    .add("action", action)
                    .add("reason", reason)
                    .add("at", Times.utc(at));
        }
    }

    JsonObjectBuilder json(Operators operators) {
        return JSON.createObjectBuilder()
                .add("id", id.toString())
                .add("email", email)
                .add("emailVerified", emailVerified)
                .add("displayName", displayName)
                .add("hasPassword", hasPassword)
                .add("secondFactor", secondFactor)
                .add("operator", operators.include(id, email, emailVerified))
                .add("createdAt", Times.utc(createdAt))
                .add("suspendedAt", instant(suspendedAt))
                .add("lastUsedAt", instant(lastUsedAt));
    }

    private static JsonValue instant(Optional<Instant> instant) {
        return instant.<JsonValue>map(at -> JSON.createValue(Times.utc(at))).orElse(JsonValue.NULL);
    }
}
