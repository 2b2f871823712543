package org.muster.users;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Optional;
import java.util.UUID;
import org.muster.problems.Problem;

/** Who makes the request. */
public record Caller(UUID user, Token token) implements Principal {

    /** The caller, if they are signed in. */
    public static Optional<Caller> of(SecurityContext security) {
        return Optional.ofNullable((Caller) security.getUserPrincipal());
    }

    /**
     * The caller.
     *
     * @throws Problem 401 if they are not signed in
     */
    public static Caller required(SecurityContext security) {
        return of(security)
                .orElseThrow(() -> Problem.unauthenticated("Sign in with POST /api/v1/sessions and send the token as"
                        + " 'Authorization: Bearer TOKEN'."));
    }

    @Override
    public String getName() {
        return user.toString();
    }
}
