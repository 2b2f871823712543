package org.muster.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import org.muster.database.DatabaseState;
import org.muster.problems.Problem;

/** Lets requests in when the database is ready; always those that ask how it fares. */
@Provider
@PreMatching
public class Gate implements ContainerRequestFilter {
    private static final String OPERATOR = "operator/";

    @Inject
    DatabaseState database;

    @Override
    public void filter(ContainerRequestContext request) {
        if (!standsOpen(request) && !database.now().ready()) {
            throw database.stopping() ? Problem.stopping() : Problem.unavailable(database.cause());
        }
    }

    /** Whether this request is answered while the database is away. */
    public static boolean standsOpen(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return path.startsWith(OPERATOR) || path.startsWith("/" + OPERATOR);
    }
}
