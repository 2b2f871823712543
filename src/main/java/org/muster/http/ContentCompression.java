package org.muster.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses responses, except small ones, for clients that accept it. Payara could do that itself, but then it also decompresses the
 * bodies of all requests, without a limit.
 */
@Provider
@Priority(Priorities.ENTITY_CODER)
public class ContentCompression implements WriterInterceptor {
    /** Smaller ones fit into one packet. */
    private static final int SMALL = 1_024;

    private static final List<String> SUBTYPES = List.of("json", "problem+json", "calendar", "csv");
    private static final Pattern REFUSES = Pattern.compile("gzip *; *q=0(\\.0*)? *(,|$)");

    @Context
    HttpHeaders request;

    @Override
    public void aroundWriteTo(WriterInterceptorContext response) throws IOException {
        if (!compressible(response.getMediaType()) || !accepted(request.getHeaderString(HttpHeaders.ACCEPT_ENCODING))) {
            response.proceed();
            return;
        }
        var compressed = new Compressed(response.getOutputStream(), response.getHeaders());
        response.setOutputStream(compressed);
        try {
            response.proceed();
            compressed.finish();
        } finally {
            compressed.release();
        }
    }

    private static boolean compressible(MediaType type) {
        return type != null && SUBTYPES.contains(type.getSubtype());
    }

    private static boolean accepted(String encodings) {
        return encodings != null
                && encodings.contains("gzip")
                && !REFUSES.matcher(encodings).find();
    }

    /** Keeps what is written until it is too much for a small response. */
    private static final class Compressed extends FilterOutputStream {
        private final OutputStream response;
        private final MultivaluedMap<String, Object> headers;

        Compressed(OutputStream response, MultivaluedMap<String, Object> headers) {
            super(new ByteArrayOutputStream());
            this.response = response;
            this.headers = headers;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int from, int count) throws IOException {
            if (out instanceof ByteArrayOutputStream kept && kept.size() + count > SMALL) {
                headers.putSingle(HttpHeaders.CONTENT_ENCODING, "gzip");
                headers.remove(HttpHeaders.CONTENT_LENGTH);
                out = new Gzip(response);
                kept.writeTo(out);
            }
            out.write(octets, from, count);
        }

        /** What is compressed is sent as it comes. */
        @Override
        public void flush() {}

        /** {@link #finish} follows. */
        @Override
        public void close() {}

        void finish() throws IOException {
            if (out instanceof ByteArrayOutputStream kept) {
                kept.writeTo(response);
            } else {
                ((GZIPOutputStream) out).finish();
            }
        }

        void release() {
            if (out instanceof Gzip gzip) {
                gzip.release();
            }
        }
    }

    /** Can release its memory, which is not in the heap, without closing the response. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream response) throws IOException {
            super(response);
        }

        void release() {
            def.end();
        }
    }
}
