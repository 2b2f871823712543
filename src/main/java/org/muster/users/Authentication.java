package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import javax.sql.DataSource;
import org.muster.database.DatabaseState;
import org.muster.http.Gate;
import org.muster.problems.Problem;

/** Finds out who makes a request. A token that does not count is refused, also where none is needed. */
@Provider
@Priority(Priorities.AUTHENTICATION)
@ApplicationScoped
public class Authentication implements ContainerRequestFilter {
    private static final String SCHEME = "Bearer ";

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    DatabaseState database;

    @Inject
    Operators operators;

    @Override
    public void filter(ContainerRequestContext request) {
        var header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        var caller = header == null ? null : caller(token(header), Gate.standsOpen(request));
        if (caller != null) {
            caller.require(Scope.of(request.getMethod()));
        }
        request.setSecurityContext(new Signed(caller, request.getSecurityContext()));
    }

    private static Token token(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Problem.unauthenticated("The Authorization header must be 'Bearer TOKEN'.");
        }
        return new Token(header.substring(SCHEME.length()).strip());
    }

    private Caller caller(Token token, boolean evenWithoutDatabase) {
        if (evenWithoutDatabase && !database.atHand()) {
            var operator = operators.remembered(token);
            if (operator.isPresent()) {
                return operator.get();
            }
            var now = database.now();
            if (!now.ready()) {
                throw Problem.unavailable(database.cause()).with("reason", JSON.createValue(now.reason()));
            }
        }
        var caller = new Sessions(pool).caller(token, operators);
        caller.ifPresentOrElse(operators::remember, () -> operators.forget(token));
        return caller.orElseThrow(() -> Problem.unauthenticated(
                "The token is unknown, spent or signed out. Sign in again with POST /api/v1/sessions."));
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
