package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Admits requests to the API. A body that is not there yet is read without a thread, so that clients that send slowly hold nobody up;
 * and the API never takes all threads of the server, so that it answers for its health whatever the API does.
 */
@WebFilter(
        urlPatterns = "/api/*",
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC},
        asyncSupported = true)
public class AdmissionFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String IMPORT = "/groups/import";
    private static final int MAX_IMPORT_MEBIBYTES = 32;

    @Inject
    private transient BodyArrivals arrivals;

    @Inject
    private transient Admission admission;

    @Inject
    private transient RequestScope scope;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var most = maxBytes(request);
        if (request.getDispatcherType() == DispatcherType.REQUEST && hasBody(request, most) && !hasArrived(request)) {
            arrivals.await(new ArrivingBody(request, response, most));
        } else if (RefusedRequestFilter.refused(request)) {
            pass(request, response, chain);
        } else if (admission.enter(request, response)) {
            try {
                pass(request, response, chain);
            } finally {
                admission.leave();
            }
        }
    }

    private void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            chain.doFilter(request, response);
        } else {
            scope.pass(chain, request, response);
        }
    }

    /** Whether there is a body to be read. One that is too large is refused by its length. */
    private static boolean hasBody(HttpServletRequest request, int most) {
        var length = request.getContentLengthLong();
        return length > 0 && length <= most || request.getHeader("Transfer-Encoding") != null;
    }

    private static boolean hasArrived(HttpServletRequest request) throws IOException {
        var length = request.getContentLengthLong();
        return length > 0 && request.getInputStream().available() >= length;
    }

    private static int maxBytes(HttpServletRequest request) {
        var mebibytes = request.getRequestURI().endsWith(IMPORT) ? MAX_IMPORT_MEBIBYTES : JsonInputReader.MAX_MEBIBYTES;
        return mebibytes << 20;
    }
}
