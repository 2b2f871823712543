package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.muster.http.Times;
import org.muster.json.EnumNames;

/** A person with a membership of a group: active, requested or banned. */
public record Member(UUID user, String displayName, Role role, MemberState state, Instant since) {
    /** The members of {@link #json}, as columns. */
    static final List<String> COLUMNS = List.of("displayName", "role", "state", "since", "userId");

    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("userId", user.toString())
                .add("displayName", displayName)
                .add("role", EnumNames.of(role))
                .add("state", EnumNames.of(state))
                .add("since", Times.utc(since))
                .build();
    }
}
