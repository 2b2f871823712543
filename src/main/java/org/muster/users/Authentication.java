package org.muster.users;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import javax.sql.DataSource;
import org.muster.problems.Problem;

/** Finds out who makes a request. A token that does not count is refused, also where none is needed. */
@Provider
@Priority(Priorities.AUTHENTICATION)
@ApplicationScoped
public class Authentication implements ContainerRequestFilter {
    private static final String SCHEME = "Bearer ";

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Override
    public void filter(ContainerRequestContext request) {
        var header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        request.setSecurityContext(new Signed(header == null ? null : caller(header), request.getSecurityContext()));
    }

    private Caller caller(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Problem.unauthenticated("The Authorization header must be 'Bearer TOKEN'.");
        }
        var token = new Token(header.substring(SCHEME.length()).strip());
        var user = new Sessions(pool)
                .user(token)
                .orElseThrow(() -> Problem.unauthenticated(
                        "The token is unknown, spent or signed out. Sign in again with POST /api/v1/sessions."));
        return new Caller(user, token);
    }

    private record Signed(Caller caller, SecurityContext transport) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public boolean isSecure() {
            return transport.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return caller == null ? null : "Bearer";
        }
    }
}
