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
import org.muster.limits.Turn;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;

/**
 * Admits requests to the API: never so many that they take all threads of the server, which answers for its health whatever the API does;
 * and few whose body is still to come. A connection whose request has a body that nobody reads is closed: servers would read it to its end.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class AdmissionFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final int MOST = 150;
    /** With {@link #MOST}, fewer than the servers have threads. */
    private static final int MOST_WAITING = 330;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final String API = "/api/";
    private static final String HTTP_1 = "HTTP/1";
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
        if (!request.getServletPath().startsWith(API)) {
            pass(request, response, chain);
            return;
        }
        var named = OpaqueRequest.of(request);
        if (!hasBody(named)) {
            admit(new BodilessRequest(named), response, chain);
            return;
        }
        var mebibytes = maxMebibytes(named);
        if (named.getContentLengthLong() > (long) mebibytes << 20) {
            refuse(LimitedInputStream.tooLarge(mebibytes), named, response, chain);
        } else {
            admit(named, response, chain);
        }
    }

    private static void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (hasBody(request)) {
            UndeliverableResponse.closeConnection(request, response);
        }
        chain.doFilter(request, response);
    }

    private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!admission.enter()) {
            refuse(admission.refused(), request, response, chain);
            return;
        }
        try {
            execute(request, response, chain);
        } finally {
            admission.leave();
        }
    }

    private void execute(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (hasArrived(request)) {
            chain.doFilter(request, response);
            return;
        }
        ConcurrencyLimits.Places places;
        try {
            places = limits.await(Turn.SLOW_BODY, ClientAddress.of(request).network());
        } catch (Problem tooMany) {
            refuse(tooMany, request, response, chain);
            return;
        }
        try (var arriving = new ArrivingRequest(request, places)) {
            chain.doFilter(arriving, new UndeliverableResponse(response, arriving));
        }
    }

    private static void refuse(
            Problem problem, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (hasBody(request)) {
            UndeliverableResponse.closeConnection(request, response);
        }
        RefusedRequestFilter.refuse(request, problem);
        chain.doFilter(new BodilessRequest(request), response);
    }

    /** Some servers say that the body is finished when it has arrived, others when it has been read. */
    private static boolean hasArrived(HttpServletRequest request) throws IOException {
        var body = request.getInputStream();
        var length = request.getContentLengthLong();
        return body.isFinished() || length > 0 && body.available() >= length;
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0
                || request.getHeader("Transfer-Encoding") != null
                // HTTP/2 needs neither header.
                || !request.getProtocol().startsWith(HTTP_1) && !SafeMethods.include(request.getMethod());
    }

    private static int maxMebibytes(HttpServletRequest request) {
        var known =
                request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getHeader(HttpHeaders.COOKIE) != null;
        return known && request.getRequestURI().endsWith(IMPORT) ? MAX_IMPORT_MEBIBYTES : JsonInputReader.MAX_MEBIBYTES;
    }
}
