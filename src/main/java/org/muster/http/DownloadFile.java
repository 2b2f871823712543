package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.problems.Problem;

/**
 * A response of any size. It is written to a {@link TemporaryBuffer} first, and sent from there, so that a slow client does not
 * hold a connection to the database.
 */
public final class DownloadFile implements StreamingOutput, AutoCloseable {
    private static final String PLACE = DownloadFile.class.getName();

    private final TemporaryBuffer buffer = new TemporaryBuffer();

    private DownloadFile() {}

    /** Writes the content. It may close the stream. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream output) throws IOException;
    }

    /**
     * Takes one of the places of a user, and of the node, for exports, until the request has been answered.
     *
     * @throws Problem 429 or 503 if none is free
     */
    public static void takePlace(ConcurrencyLimits limits, HttpServletRequest request, UUID user) {
        if (request.getAttribute(PLACE) != null) {
            // The transaction has been repeated.
            return;
        }
        request.setAttribute(PLACE, true);
        RequestResources.closeAtEnd(request, limits.take(ConcurrencyLimit.EXPORTS, user, ConcurrencyLimit.ALL_EXPORTS));
    }

    /** A file with this content. */
    public static DownloadFile of(Content content) {
        try {
            var file = new DownloadFile();
            file.fill(content);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void fill(Content content) throws IOException {
        try (var output = new BufferedOutputStream(new NonClosingStream(buffer), 1 << 16)) {
            content.writeTo(output);
        } catch (IOException | RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** The response with the file as an attachment of this name. */
    public Response.ResponseBuilder attachment(String name) {
        return Response.ok(this)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    @Override
    public void close() throws IOException {
        buffer.close();
    }

    @Override
    public void write(OutputStream reader) throws IOException {
        try (buffer) {
            buffer.content().transferTo(reader);
        }
    }

    /** Ignores the writer's close. */
    private static final class NonClosingStream extends FilterOutputStream {
        NonClosingStream(OutputStream content) {
            super(content);
        }

        @Override
        public void write(byte[] octets, int from, int count) throws IOException {
            out.write(octets, from, count);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
