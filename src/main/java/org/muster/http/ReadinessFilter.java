package org.muster.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import org.muster.lifecycle.Readiness;
import org.muster.lifecycle.WarmUp;
import org.muster.problems.Problem;

/** Rejects requests with 503 until the application is ready, except those for its status. */
@Provider
@PreMatching
public class ReadinessFilter implements ContainerRequestFilter {
    private static final String OPERATOR = "operator/";

    @Inject
    Readiness readiness;

    @Inject
    WarmUp warmUp;

    @Override
    public void filter(ContainerRequestContext request) {
        if (!isExempt(request)
                && !accepts(request.getMethod())
                && !warmUp.sent(request.getHeaderString(WarmUp.HEADER))) {
            throw readiness.stopping() ? Problem.stopping() : Problem.unavailable(readiness.publicReason());
        }
    }

    private boolean accepts(String method) {
        return SafeMethods.include(method) ? readiness.acceptingReads() : readiness.accepting();
    }

    /** Whether the request is served while the database is unavailable. */
    public static boolean isExempt(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return path.startsWith(OPERATOR) || path.startsWith("/" + OPERATOR);
    }
}
