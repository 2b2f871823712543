package org.muster.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * A request that says by its headers that it has no body. Payara would wait for one until the client closes the connection if there is an
 * {@code Upgrade} header.
 */
final class BodilessRequest extends HttpServletRequestWrapper {
    private static final ServletInputStream NOTHING = new Nothing();

    BodilessRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public ServletInputStream getInputStream() {
        return NOTHING;
    }

    private static final class Nothing extends ServletInputStream {
        @Override
        public int read() {
            return -1;
        }

        @Override
        public boolean isFinished() {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("There is no body");
        }
    }
}
