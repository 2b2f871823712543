package org.muster.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;

/** Opens the {@link EventStream} that a resource method has made: JAX-RS begins the response, but does not end it. */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class EventStreamFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!request.getMethod().equals(HttpMethod.GET) || !hasStream(request.getRequestURI())) {
            chain.doFilter(request, response);
            return;
        }
        chain.doFilter(request, new Unfinished(request, response));
        var stream = EventStream.madeFor(request);
        if (stream.isPresent() && response.getStatus() == HttpServletResponse.SC_OK) {
            stream.get().open(request, response);
        } else {
            stream.ifPresent(EventStream::close);
        }
    }

    /** Whether there may be a stream at this path: all other responses are left as they are. */
    private static boolean hasStream(String path) {
        return path.contains("/changes") || path.contains("/operator/database");
    }

    /** A response that is neither closed nor gets a length if it begins a stream. */
    private static final class Unfinished extends HttpServletResponseWrapper {
        private final HttpServletRequest request;

        Unfinished(HttpServletRequest request, HttpServletResponse response) {
            super(response);
            this.request = request;
        }

        private boolean begins(String header) {
            return header.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)
                    && EventStream.madeFor(request).isPresent();
        }

        @Override
        public void setContentLength(int length) {
            setContentLengthLong(length);
        }

        @Override
        public void setContentLengthLong(long length) {
            if (!begins(HttpHeaders.CONTENT_LENGTH)) {
                super.setContentLengthLong(length);
            }
        }

        @Override
        public void setHeader(String name, String value) {
            if (!begins(name)) {
                super.setHeader(name, value);
            }
        }

        @Override
        public void addHeader(String name, String value) {
            if (!begins(name)) {
                super.addHeader(name, value);
            }
        }

        @Override
        public void setIntHeader(String name, int value) {
            if (!begins(name)) {
                super.setIntHeader(name, value);
            }
        }

        @Override
        public void addIntHeader(String name, int value) {
            if (!begins(name)) {
                super.addIntHeader(name, value);
            }
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            return new Unclosed(super.getOutputStream(), request);
        }
    }

    private static final class Unclosed extends ForwardingOutputStream {
        private final HttpServletRequest request;

        Unclosed(ServletOutputStream output, HttpServletRequest request) {
            super(output);
            this.request = request;
        }

        @Override
        public void close() throws IOException {
            if (EventStream.madeFor(request).isEmpty()) {
                super.close();
            }
        }
    }
}
