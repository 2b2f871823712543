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

/** Gives every request an id, the caller's own in {@code X-Request-Id} if it is harmless, and answers with it. */
@WebFilter(urlPatterns = "/*", dispatcherTypes = DispatcherType.REQUEST, asyncSupported = true)
public class RequestId extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String HEADER = "X-Request-Id";
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        mark(request, response);
        var thread = Thread.currentThread();
        var name = thread.getName();
        // Every line that is logged for the request carries it then, also the server's own and the driver's.
        thread.setName(name + " request " + of(request));
        try {
            chain.doFilter(request, response);
        } finally {
            thread.setName(name);
        }
    }

    /** Puts the id on the answer; for those too that no filter sees. */
    static void mark(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader(HEADER, of(request));
    }

    /** The id of this request. */
    static String of(HttpServletRequest request) {
        var known = request.getAttribute(HEADER);
        if (known instanceof String id) {
            return id;
        }
        var offered = request.getHeader(HEADER);
        var id = offered != null && HARMLESS.matcher(offered).matches()
                ? offered
                : UUID.randomUUID().toString();
        request.setAttribute(HEADER, id);
        return id;
    }
}
