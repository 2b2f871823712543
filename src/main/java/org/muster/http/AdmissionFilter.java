package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.muster.lifecycle.GracefulShutdown;

/**
 * Admits requests to the API. A body that is not there yet is read without a thread, so that clients that send slowly hold nobody up;
 * and the API never takes all threads of the server, so that it answers for its health whatever the API does. A shutdown waits for all
 * of them, but not for those that it refuses, nor for event streams, which have no end.
 */
@WebFilter(
        urlPatterns = "/api/*",
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC},
        asyncSupported = true)
public class AdmissionFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String ATTRIBUTE = AdmissionFilter.class.getName();
    private static final String IMPORT = "/groups/import";
    private static final int MAX_IMPORT_MEBIBYTES = 32;
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "OPTIONS");
    /** By then it has been dispatched. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    @Inject
    private transient BodyArrivals arrivals;

    @Inject
    private transient Admission admission;

    @Inject
    private transient RequestScope scope;

    @Inject
    private transient GracefulShutdown shutdown;

    /** Only the first pass of a request waits: Payara may lose the dispatch of a second wait. */
    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            execute(request, response, chain);
            return;
        }
        var execution = new Execution(shutdown, admission::leave);
        request.setAttribute(ATTRIBUTE, execution);
        var mebibytes = maxMebibytes(request);
        if (request.getContentLengthLong() > (long) mebibytes << 20) {
            RefusedRequestFilter.refuse(request, LimitedInputStream.tooLarge(mebibytes));
            execute(request, response, chain);
        } else if (hasBody(request) && !hasArrived(request)) {
            arrivals.await(new ArrivingBody(request, response, mebibytes << 20, execution));
        } else if (admission.enter(execution)) {
            execute(request, response, chain);
        } else {
            admission.await(waiting(request, response, execution), execution);
            arrivals.watch();
        }
    }

    private void execute(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                chain.doFilter(request, response);
            } else {
                scope.pass(chain, request, response);
            }
            if (!request.isAsyncStarted()) {
                response.flushBuffer();
            }
        } finally {
            ((Execution) request.getAttribute(ATTRIBUTE)).end();
        }
    }

    private static AsyncContext waiting(HttpServletRequest request, HttpServletResponse response, Execution execution) {
        var context = request.startAsync(request, response);
        context.setTimeout(LONGEST_WAIT.toMillis());
        context.addListener(execution);
        return context;
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0
                || request.getHeader("Transfer-Encoding") != null
                // HTTP/2 needs neither header.
                || !request.getProtocol().startsWith("HTTP/1") && !WITHOUT_BODY.contains(request.getMethod());
    }

    /** Whether all of the body is there. What is available may be more than its length, if the server decompresses it. */
    private static boolean hasArrived(HttpServletRequest request) throws IOException {
        return request.getInputStream().isFinished();
    }

    private static int maxMebibytes(HttpServletRequest request) {
        var known =
                request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getHeader(HttpHeaders.COOKIE) != null;
        return known && request.getRequestURI().endsWith(IMPORT) ? MAX_IMPORT_MEBIBYTES : JsonInputReader.MAX_MEBIBYTES;
    }
}
