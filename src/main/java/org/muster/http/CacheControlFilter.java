package org.muster.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/** Sets {@code Cache-Control}: personal responses are not stored, and others must be revalidated. */
@Provider
public class CacheControlFilter implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        var headers = response.getHeaders();
        if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
            headers.putSingle(HttpHeaders.CACHE_CONTROL, personal(request) ? "no-store" : "private, no-cache");
        }
        headers.putSingle(
                HttpHeaders.VARY,
                HttpHeaders.AUTHORIZATION + ", " + HttpHeaders.COOKIE + ", " + HttpHeaders.ACCEPT + ", "
                        + HttpHeaders.ACCEPT_ENCODING);
    }

    /** Whether it is for one user, whose token is in a header, or for those who know the token in the path, or about a change. */
    private static boolean personal(ContainerRequestContext request) {
        return !SafeMethods.include(request.getMethod())
                || request.getSecurityContext().getUserPrincipal() != null
                || request.getUriInfo().getPathParameters().containsKey("token");
    }
}
