package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import org.muster.limits.Bulkhead;
import org.muster.limits.ConcurrencyLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;

/**
 * Admits requests to the API: never so many that they take all threads of the server, which answers for its health whatever the API does;
 * and few whose body is still to come.
 */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class AdmissionFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final int MOST = 150;
    /** With {@link #MOST}, fewer than the servers have threads. */
    private static final int MOST_WAITING = 330;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final String IMPORT = "/groups/import";
    private static final int MAX_IMPORT_MEBIBYTES = 32;

    @Inject
    private transient ConcurrencyLimits limits;

    @Inject
    private transient Metrics metrics;

    private transient Bulkhead admission;

    @Override
    public void init(FilterConfig configuration) throws ServletException {
        super.init(configuration);
        admission = new Bulkhead("requests", MOST, MOST_WAITING, LONGEST_WAIT, metrics);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var mebibytes = maxMebibytes(request);
        if (request.getContentLengthLong() > (long) mebibytes << 20) {
            refuse(LimitedInputStream.tooLarge(mebibytes), request, response, chain);
        } else if (!hasBody(request)) {
            execute(new BodilessRequest(request), response, chain);
        } else if (!request.getInputStream().isFinished()) {
            receive(request, response, chain);
        } else {
            execute(request, response, chain);
        }
    }

    private void receive(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ArrivingRequest arriving;
        try {
            arriving = new ArrivingRequest(request, limits);
        } catch (Problem tooMany) {
            refuse(tooMany, request, response, chain);
            return;
        }
        try (arriving) {
            execute(arriving, new UndeliverableResponse(response, arriving), chain);
        }
    }

    private void execute(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!admission.enter()) {
            refuse(admission.refused(), request, response, chain);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            admission.leave();
        }
    }

    private static void refuse(
            Problem problem, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RefusedRequestFilter.refuse(request, problem);
        chain.doFilter(request, response);
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0
                || request.getHeader("Transfer-Encoding") != null
                // HTTP/2 needs neither header.
                || !request.getProtocol().startsWith("HTTP/1") && !SafeMethods.include(request.getMethod());
    }

    private static int maxMebibytes(HttpServletRequest request) {
        var known =
                request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getHeader(HttpHeaders.COOKIE) != null;
        return known && request.getRequestURI().endsWith(IMPORT) ? MAX_IMPORT_MEBIBYTES : JsonInputReader.MAX_MEBIBYTES;
    }
}
