package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.json.EnumNames;

/**
 * An invitation to a group: whoever has its token can become a member.
 *
 * @param used how many people have accepted it
 * @param placeholder the imported person whose place it gives; absent if it creates a new membership
 */
public record Invitation(
        UUID id, State state, Terms terms, int used, Optional<UUID> placeholder, UUID createdBy, Instant createdAt) {

    /** The state of an invitation. */
    enum State {
        OPEN,
        SPENT,
        EXPIRED,
        REVOKED
    }

    /**
     * What it offers.
     *
     * @param role the role that accepting it gives
     * @param max how many people can accept it
     * @param note for the group's organizers; may be empty
     */
    record Terms(Role role, int max, Instant expiresAt, String note) {
        private static final Duration DEFAULT_LIFETIME = Duration.ofDays(14);
        private static final Duration MAX_LIFETIME = Duration.ofDays(366);

        static Terms of(JsonInput input, Instant now) {
            var terms = new Terms(
                    input.choice("role", Role.MEMBER),
                    input.optionalNumber("max", 1, 1_000).orElse(1),
                    input.instant("expiresAt")
                            .orElse(now.plus(DEFAULT_LIFETIME))
                            .truncatedTo(ChronoUnit.SECONDS),
                    input.line("note", 500));
            if (terms.role == Role.OWNER) {
                input.reject("role", "must be one of member, organizer");
            }
            if (!terms.expiresAt.isAfter(now) || terms.expiresAt.isAfter(now.plus(MAX_LIFETIME))) {
                input.reject("expiresAt", "must be in the future, at most " + MAX_LIFETIME.toDays() + " days from now");
            }
            input.done();
            return terms;
        }
    }

    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("id", id.toString())
                .add("state", EnumNames.of(state))
                .add("role", EnumNames.of(terms.role))
                .add("max", terms.max)
                .add("used", used)
                .add("expiresAt", Times.utc(terms.expiresAt))
                .add("note", terms.note)
                .add(
                        "userId",
                        placeholder
                                .<JsonValue>map(user -> JSON.createValue(user.toString()))
                                .orElse(JsonValue.NULL))
                .add("createdBy", createdBy.toString())
                .add("createdAt", Times.utc(createdAt))
                .build();
    }
}
