package org.muster.users;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * The user who makes a request.
 *
 * @param scopes of the access token; absent in a session, which allows everything; none in one that may only set up a second factor
 * @param operator whether this is a session of an operator
 */
public record Caller(UUID user, Token token, Optional<Set<Scope>> scopes, boolean operator) implements Principal {

    /** The caller; empty if the request is not authenticated. */
    public static Optional<Caller> of(SecurityContext security) {
        return Requester.of(security).caller();
    }

    /**
     * The caller.
     *
     * @throws Problem 401 if the request is not authenticated
     */
    public static Caller required(SecurityContext security) {
        return of(security).orElseThrow(Caller::notSignedIn);
    }

    static Problem notSignedIn() {
        return Problem.unauthenticated(
                "Sign in with POST /api/v1/sessions and send the token as 'Authorization: Bearer TOKEN'.");
    }

    /** The caller's session has ended. */
    public static Problem signedOut() {
        return Problem.unauthenticated("Your session has ended. Sign in again.");
    }

    /**
     * Whether this is a session that may only set up a second factor: in methods that are {@link WithoutSecondFactor}.
     */
    public boolean settingUp() {
        return scopes.filter(Set::isEmpty).isPresent();
    }

    /**
     * The caller, authenticated by a session and not by an access token.
     *
     * @throws Problem 401 if the request is not authenticated, 403 if it uses an access token
     */
    public static Caller signedIn(SecurityContext security) {
        var caller = required(security);
        if (caller.scopes.isPresent() && !caller.settingUp()) {
            throw Problem.of(
                    ProblemType.FORBIDDEN,
                    "This cannot be done with an access token. Sign in with POST /api/v1/sessions.");
        }
        return caller;
    }

    /**
     * The caller, who is an operator.
     *
     * @throws Problem 401 if the request is not authenticated, 403 if the caller is no operator or uses an access token
     */
    public static Caller requireOperator(SecurityContext security) {
        var caller = signedIn(security);
        if (!caller.operator) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only operators may do this. MUSTER_OPERATORS lists them.");
        }
        return caller;
    }

    /**
     * @param setsUp whether the request is allowed in a session that may only set up a second factor
     * @throws Problem 403 if it is not, or unless the token has this scope
     */
    void require(Scope scope, boolean setsUp) {
        if (settingUp()) {
            if (!setsUp) {
                throw Problem.of(
                        ProblemType.SECOND_FACTOR_SETUP_REQUIRED,
                        "Set one up first: POST /api/v1/me/second-factor, then confirm it.");
            }
        } else if (scopes.filter(allowed -> !allowed.contains(scope)).isPresent()) {
            var name = EnumNames.of(scope);
            throw Problem.of(ProblemType.FORBIDDEN, "This needs an access token with the scope '" + name + "'.")
                    .header(
                            HttpHeaders.WWW_AUTHENTICATE,
                            "Bearer realm=\"muster\", error=\"insufficient_scope\", scope=\"" + name + "\"");
        }
    }

    @Override
    public String getName() {
        return user.toString();
    }
}
