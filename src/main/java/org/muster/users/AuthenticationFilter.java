package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ReadinessFilter;
import org.muster.lifecycle.Readiness;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * Notes whose token is in {@code Authorization}, or in the session cookie if there is none of ours. Who that is is looked up by
 * {@link ImmediateAuthentication}, or by the method's first statement: either rejects an invalid token even where no token is
 * required, except by methods that are {@link Unauthenticated}.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
@ApplicationScoped
public class AuthenticationFilter implements ContainerRequestFilter {
    private static final String SCHEME = "Bearer";

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    @Inject
    Operators operators;

    @Context
    ResourceInfo resource;

    private Sessions sessions;

    @PostConstruct
    void makeModels() {
        sessions = new Sessions(database.sql(pool));
    }

    @Override
    public void filter(ContainerRequestContext request) {
        var method = resource.getResourceMethod();
        if (method != null && method.isAnnotationPresent(Unauthenticated.class)) {
            authenticate(request, Requester.ANONYMOUS, null);
            return;
        }
        var cookie = SessionCookie.token(
                request.getHeaders().get(HttpHeaders.COOKIE),
                request.getSecurityContext().isSecure());
        var bearer = bearer(request).filter(token -> token.wellFormed() || cookie.isEmpty());
        if (bearer.isPresent()) {
            authenticate(request, bearer(request, bearer.get()), SCHEME);
        } else if (cookie.isPresent()) {
            authenticate(request, browser(request, cookie.get()), SessionCookie.SCHEME);
        } else {
            authenticate(request, Requester.ANONYMOUS, null);
        }
    }

    private void authenticate(ContainerRequestContext request, Requester requester, String scheme) {
        request.setSecurityContext(new AuthenticatedSecurityContext(requester, scheme, request.getSecurityContext()));
    }

    /** The token in {@code Authorization}. Other schemes are for others, such as a proxy that asks for a password. */
    private static Optional<Token> bearer(ContainerRequestContext request) {
        return Stream.ofNullable(request.getHeaders().get(HttpHeaders.AUTHORIZATION))
                .flatMap(List::stream)
                .map(value -> value.strip().split("\\s+", 2))
                .filter(parts -> parts[0].equalsIgnoreCase(SCHEME))
                .map(parts -> new Token(parts.length == 1 ? "" : parts[1]))
                .findFirst();
    }

    private Requester bearer(ContainerRequestContext request, Token token) {
        return requester(
                request,
                token,
                () -> Problem.unauthenticated(
                        "The token is unknown, expired or revoked. Sign in again with POST /api/v1/sessions."));
    }

    private Requester browser(ContainerRequestContext request, Token token) {
        var sameSite = SessionCookie.CSRF_HEADER_VALUE.equals(request.getHeaderString(SessionCookie.CSRF_HEADER));
        if (Scope.of(request.getMethod()) == Scope.WRITE && !sameSite) {
            throw Problem.of(
                    ProblemType.FORBIDDEN,
                    "A request that uses the session cookie and is not a GET, HEAD or OPTIONS needs the header '"
                            + SessionCookie.CSRF_HEADER + ": " + SessionCookie.CSRF_HEADER_VALUE + "'.");
        }
        return requester(
                request,
                token,
                () -> Caller.signedOut()
                        .header(
                                HttpHeaders.SET_COOKIE,
                                SessionCookie.expired(
                                        request.getSecurityContext().isSecure())));
    }

    private Requester requester(ContainerRequestContext request, Token token, Supplier<Problem> refusal) {
        var scope = Scope.of(request.getMethod());
        var setsUp = setsUp(resource.getResourceMethod());
        return new Requester(token, operators, () -> lookUp(request, token), found -> {
            var caller = found.orElseThrow(refusal);
            caller.require(scope, setsUp);
            return caller;
        });
    }

    private static boolean setsUp(Method method) {
        return method != null
                && (method.isAnnotationPresent(WithoutSecondFactor.class)
                        || method.getDeclaringClass().isAnnotationPresent(WithoutSecondFactor.class));
    }

    private Optional<Caller> lookUp(ContainerRequestContext request, Token token) {
        if (ReadinessFilter.isExempt(request) && !readiness.immediate()) {
            var operator = operators.remembered(token);
            var now = readiness.now();
            if (operator.isPresent()) {
                return operator;
            }
            if (!now.ready()) {
                throw Problem.unavailable(readiness.publicReason()).with("reason", JSON.createValue(now.reason()));
            }
        }
        var found = sessions.caller(token, operators);
        operators.update(token, found);
        return found;
    }

    private record AuthenticatedSecurityContext(Requester requester, String scheme, SecurityContext original)
            implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return requester == Requester.ANONYMOUS ? null : requester;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public boolean isSecure() {
            return original.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return scheme;
        }
    }
}
