package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import org.muster.database.Consistency;
import org.muster.database.Database;
import org.muster.database.Seen;

/** Lets replicas answer, if there are any. {@link ConsistencyResponseFilter} tells the client what it has seen. */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class ConsistencyFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Database database;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (database.replicas().isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        var seen = SeenToken.of(request);
        Consistency.begin(seen.orElse(Seen.NOTHING), seen.isPresent() && isSafe(request), new Told(request));
        try {
            chain.doFilter(request, response);
        } finally {
            Consistency.end();
        }
    }

    /** Changes must be complete, and the operators' view is of the primary. */
    private static boolean isSafe(HttpServletRequest request) {
        var path = request.getRequestURI();
        return SafeMethods.include(request.getMethod())
                && request.getHeader(HttpHeaders.IF_MATCH) == null
                && !path.contains("/changes")
                && !path.contains("/operator/");
    }

    /** Keeps what the client must be told until there is a response. */
    private record Told(HttpServletRequest request) implements Consistency.Listener {
        @Override
        public void seen(String token) {
            request.setAttribute(ConsistencyResponseFilter.SEEN, token);
        }

        @Override
        public void stale(Duration age) {
            var before = request.getAttribute(ConsistencyResponseFilter.STALE);
            if (!(before instanceof Duration older) || older.compareTo(age) < 0) {
                request.setAttribute(ConsistencyResponseFilter.STALE, age);
            }
        }
    }
}
