package org.muster.problems;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Assigns an id to every request, and returns it in {@code X-Request-Id}. A client may set the id in the same header, if it has 1 to
 * 64 letters, digits, dots, underscores and hyphens.
 */
@WebFilter(urlPatterns = "/*", dispatcherTypes = DispatcherType.REQUEST, asyncSupported = true)
public class RequestId extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String HEADER = "X-Request-Id";
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        addHeader(request, response);
        var thread = Thread.currentThread();
        var name = thread.getName();
        // Every log record of the request then contains the id, including those of the server and the driver.
        thread.setName(name + " request " + of(request));
        try {
            chain.doFilter(request, response);
        } finally {
            thread.setName(name);
        }
    }

    /** Adds the id to the response. Also called for responses that bypass this filter. */
    static void addHeader(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader(HEADER, of(request));
    }

    /** Returns the id of a request. */
    static String of(HttpServletRequest request) {
        var known = request.getAttribute(HEADER);
        if (known instanceof String id) {
            return id;
        }
        var offered = request.getHeader(HEADER);
        var id = offered != null && VALID.matcher(offered).matches()
                ? offered
                : UUID.randomUUID().toString();
        request.setAttribute(HEADER, id);
        return id;
    }
}
