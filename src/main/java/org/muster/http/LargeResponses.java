package org.muster.http;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.Turn;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;

/**
 * Sends large JSON to few clients of an address at once, and to those only that read it fast enough: servers write in the threads of
 * requests.
 */
@Provider
@Priority(LargeResponses.WHAT_IS_SENT)
public class LargeResponses implements WriterInterceptor {
    /** Outside of {@link ContentCompression}. */
    static final int WHAT_IS_SENT = Priorities.ENTITY_CODER - 100;

    private static final int USUAL = 2_048;

    /** What connections can hold of a response that nobody reads. */
    private static final int LARGE = 1 << 16;

    @Inject
    ConcurrencyLimits limits;

    @Context
    HttpServletRequest request;

    @Override
    public void aroundWriteTo(WriterInterceptorContext response) throws IOException {
        var type = response.getMediaType();
        if (type == null || !type.getSubtype().equals("json")) {
            response.proceed();
            return;
        }
        var body = new Body(response.getOutputStream());
        response.setOutputStream(body);
        try {
            response.proceed();
        } catch (IOException | RuntimeException consequence) {
            body.requireNoFailure();
            throw consequence;
        }
        body.finish();
    }

    /** Taken until the request has been answered. What has been changed is told in any case. */
    private void takePlace() {
        if (SafeMethods.include(request.getMethod())) {
            var places =
                    limits.await(Turn.LARGE_RESPONSE, ClientAddress.of(request).network());
            RequestResources.closeAtEnd(request, places);
        }
    }

    /** Keeps what is written until it is large: until then the response can still be replaced by a problem. */
    private final class Body extends FilterOutputStream {
        private final OutputStream response;
        private ByteArrayOutputStream kept = new ByteArrayOutputStream(USUAL);
        private Pace pace;
        private Exception failure;

        Body(OutputStream response) {
            super(OutputStream.nullOutputStream());
            this.response = response;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        /** Never fails: some writers hide what they are thrown. {@link #finish} does. */
        @Override
        public void write(byte[] octets, int from, int count) throws IOException {
            if (kept != null && kept.size() + count <= LARGE) {
                kept.write(octets, from, count);
                return;
            }
            try {
                if (kept != null) {
                    begin();
                }
                out.write(octets, from, count);
                if (pace != null && !pace.keptBy(count)) {
                    throw new IOException("The client reads too slowly");
                }
            } catch (IOException | Problem refusal) {
                out = OutputStream.nullOutputStream();
                pace = null;
                failure = refusal;
            }
        }

        private void begin() throws IOException {
            var beginning = kept;
            kept = null;
            takePlace();
            pace = new Pace();
            out = response;
            beginning.writeTo(out);
        }

        /** A large body is sent as it comes. */
        @Override
        public void flush() {}

        /** {@link #finish} follows. */
        @Override
        public void close() {}

        /** @throws Problem 429 or 503 if it is large and has no place; then nothing of it has been sent */
        void requireNoFailure() throws IOException {
            if (failure instanceof Problem refusal) {
                throw refusal;
            }
            if (failure instanceof IOException gone) {
                throw gone;
            }
        }

        void finish() throws IOException {
            requireNoFailure();
            if (kept != null) {
                kept.writeTo(response);
            }
        }
    }
}
