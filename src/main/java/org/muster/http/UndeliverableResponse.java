package org.muster.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * A response to a client that may not have sent all of its request. The connection is closed then. What cannot be written is dropped, if the
 * client has left: servers log each failure with its stack.
 */
final class UndeliverableResponse extends HttpServletResponseWrapper {
    private final ArrivingRequest request;
    private ServletOutputStream output;

    UndeliverableResponse(HttpServletResponse response, ArrivingRequest request) {
        super(response);
        this.request = request;
    }

    /** Has the connection closed after this response. */
    static void closeConnection(HttpServletRequest request, HttpServletResponse response) {
        if (request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
        }
    }

    @Override
    public void setStatus(int status) {
        if (!request.isComplete()) {
            closeConnection(request, this);
        }
        super.setStatus(status);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (!request.isLost()) {
            return super.getOutputStream();
        }
        if (output == null) {
            output = new Output(super.getOutputStream());
        }
        return output;
    }

    private static final class Output extends ForwardingOutputStream {
        Output(ServletOutputStream output) {
            super(output);
        }

        @Override
        public void write(int octet) {
            attempt(() -> super.write(octet));
        }

        @Override
        public void write(byte[] octets, int from, int count) {
            attempt(() -> super.write(octets, from, count));
        }

        @Override
        public void flush() {
            attempt(super::flush);
        }

        @Override
        public void close() {
            attempt(super::close);
        }

        private interface Writing {
            void run() throws IOException;
        }

        private static void attempt(Writing writing) {
            try {
                writing.run();
            } catch (IOException gone) {
                // Nobody is there to be told.
            }
        }
    }
}
