package org.muster.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** The request scope of CDI, which servers end with the first thread of a request. */
@ApplicationScoped
public class RequestScope {
    /** Passes a request on, in a scope of its own if there is none. */
    @ActivateRequestContext
    public void pass(FilterChain chain, ServletRequest request, ServletResponse response)
            throws IOException, ServletException {
        chain.doFilter(request, response);
    }
}
