package org.muster.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import org.muster.lifecycle.Readiness;
import org.muster.problems.Problem;

/** Lets requests in when the database is ready; always those that ask how it fares. */
@Provider
@PreMatching
public class ReadinessFilter implements ContainerRequestFilter {
    private static final String OPERATOR = "operator/";

    @Inject
    Readiness readiness;

    @Override
    public void filter(ContainerRequestContext request) {
        if (!isExempt(request) && !readiness.now().ready()) {
            throw readiness.stopping() ? Problem.stopping() : Problem.unavailable(readiness.publicReason());
        }
    }

    /** Whether this request is answered while the database is away. */
    public static boolean isExempt(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return path.startsWith(OPERATOR) || path.startsWith("/" + OPERATOR);
    }
}
