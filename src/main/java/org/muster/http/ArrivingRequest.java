package org.muster.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.muster.limits.ConcurrencyLimits;
import org.muster.problems.Problem;

/** A request whose body is still to come. It has one of the places of its address and of the node until the body has been read. */
final class ArrivingRequest extends HttpServletRequestWrapper implements AutoCloseable {
    private final ConcurrencyLimits.Places places;
    private ServletInputStream body;
    private boolean complete;
    private boolean lost;

    ArrivingRequest(HttpServletRequest request, ConcurrencyLimits.Places places) {
        super(request);
        this.places = places;
    }

    /** Gives the places back; does nothing the second time. */
    @Override
    public void close() {
        places.close();
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (body == null) {
            body = new Body(super.getInputStream());
        }
        return body;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }

    /** Returns whether all of the body has been read. */
    boolean isComplete() {
        return complete;
    }

    /** Returns whether the body could not be read. */
    boolean isLost() {
        return lost;
    }

    private final class Body extends ServletInputStream {
        private final ServletInputStream body;

        Body(ServletInputStream body) {
            this.body = body;
        }

        @Override
        public int read() {
            var octet = new byte[1];
            return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
        }

        /** @throws Problem 408 if the body does not arrive */
        @Override
        public int read(byte[] octets, int from, int most) {
            try {
                var count = body.read(octets, from, most);
                if (count < 0 || body.isFinished()) {
                    complete = true;
                    ArrivingRequest.this.close();
                }
                return count;
            } catch (IOException gone) {
                lost = true;
                throw Problem.bodyMissing();
            }
        }

        @Override
        public int available() throws IOException {
            return body.available();
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
