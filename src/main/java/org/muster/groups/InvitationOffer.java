package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.time.Instant;
import org.muster.http.Times;
import org.muster.json.EnumNames;

/**
 * What an invitation offers to whoever has its token.
 *
 * @param invitedBy the name of whoever made it
 * @param role the role that accepting it gives
 * @param usable whether it can still be accepted
 */
record InvitationOffer(Group group, String invitedBy, Role role, Instant expiresAt, boolean usable) {
    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("group", group.json())
                .add("invitedBy", invitedBy)
                .add("role", EnumNames.of(role))
                .add("expiresAt", Times.utc(expiresAt))
                .build();
    }
}
