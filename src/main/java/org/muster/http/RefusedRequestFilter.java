package org.muster.http;

import jakarta.annotation.Priority;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import org.muster.problems.Problem;

/** Answers requests that were refused before they came to JAX-RS. */
@Provider
@PreMatching
@Priority(1)
public class RefusedRequestFilter implements ContainerRequestFilter {
    private static final String ATTRIBUTE = RefusedRequestFilter.class.getName();

    @Context
    HttpServletRequest servlet;

    /** Has this request answered with a problem. */
    static void refuse(ServletRequest request, Problem problem) {
        request.setAttribute(ATTRIBUTE, problem);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (servlet.getAttribute(ATTRIBUTE) instanceof Problem problem) {
            throw problem;
        }
    }
}
