package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.muster.lifecycle.GracefulShutdown;

/** Has the shutdown wait for requests to the API, but not for those that it refuses, nor for event streams, which have no end. */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class InFlightFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Inject
    private transient GracefulShutdown shutdown;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var awaited = shutdown.begin();
        try {
            chain.doFilter(request, response);
            if (!request.isAsyncStarted()) {
                flush(response);
            }
        } finally {
            if (awaited) {
                shutdown.end();
            }
        }
    }

    private static void flush(HttpServletResponse response) {
        try {
            response.flushBuffer();
        } catch (IOException gone) {
            // The client has left. Servers would log that with its stack.
        }
    }
}
