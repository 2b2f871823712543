package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.problems.Problem;

/**
 * A response of any size. It is written to a temporary file first, and sent from there, so that a slow client does not
 * hold a connection to the database. The file is deleted when it is closed.
 */
public final class DownloadFile implements StreamingOutput, AutoCloseable {
    private final FileChannel file;

    private DownloadFile(FileChannel file) {
        this.file = file;
    }

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
        RequestResources.closeAtEnd(request, limits.take(ConcurrencyLimit.EXPORTS, user));
        RequestResources.closeAtEnd(request, limits.take(ConcurrencyLimit.ALL_EXPORTS, ""));
    }

    /** A file with this content. */
    public static DownloadFile of(Content content) {
        try {
            var file = new DownloadFile(FileChannel.open(
                    Files.createTempFile("muster-export-", null),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE));
            file.fill(content);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void fill(Content content) throws IOException {
        try (var output = new BufferedOutputStream(new NonClosingStream(file), 1 << 16)) {
            content.writeTo(output);
        } catch (IOException | RuntimeException failure) {
            file.close();
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
        file.close();
    }

    @Override
    public void write(OutputStream reader) throws IOException {
        try (file) {
            file.position(0);
            Channels.newInputStream(file).transferTo(reader);
        }
    }

    /** Ignores the writer's close. */
    private static final class NonClosingStream extends OutputStream {
        private final OutputStream file;

        NonClosingStream(FileChannel file) {
            this.file = Channels.newOutputStream(file);
        }

        @Override
        public void write(int octet) throws IOException {
            file.write(octet);
        }

        @Override
        public void write(byte[] octets, int from, int count) throws IOException {
            file.write(octets, from, count);
        }
    }
}
