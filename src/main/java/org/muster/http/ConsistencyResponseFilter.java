package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import org.muster.database.Database;

/** Tells the client what it has seen of the database, and how old it is if there is no primary. */
@Provider
public class ConsistencyResponseFilter implements ContainerResponseFilter {
    /** The attribute of a request with the token of what it has seen. */
    static final String SEEN = ConsistencyResponseFilter.class.getName() + ".seen";
    /** The attribute of a request with the {@link Duration} that is the age of what it has read. */
    static final String STALE = ConsistencyResponseFilter.class.getName() + ".stale";

    private static final String STALE_HEADER = "Muster-Stale";

    @Inject
    Database database;

    @Context
    HttpServletRequest servlet;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (database.replicas().isEmpty()) {
            return;
        }
        if (servlet.getAttribute(SEEN) instanceof String token) {
            response.getHeaders().putSingle(SeenToken.HEADER, token);
            response.getHeaders().add(HttpHeaders.SET_COOKIE, SeenToken.setCookie(servlet, token));
        }
        if (servlet.getAttribute(STALE) instanceof Duration age) {
            response.getHeaders()
                    .putSingle(STALE_HEADER, Math.max(1, age.plusMillis(999).toSeconds()));
        }
    }
}
