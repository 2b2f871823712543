package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.stream.JsonGenerator;
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
import java.util.function.Consumer;

/**
 * A JSON document of any size. It is written to a temporary file first, and sent from there, so that a slow client
 * does not hold a connection to the database. The file is deleted when it is closed.
 */
final class ExportFile implements StreamingOutput, AutoCloseable {
    private final FileChannel file;

    private ExportFile(FileChannel file) {
        this.file = file;
    }

    /** Writes a document with these members. */
    static ExportFile of(Consumer<JsonGenerator> members) {
        try {
            var file = new ExportFile(FileChannel.open(
                    Files.createTempFile("muster-export-", null),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE));
            file.fill(members);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void fill(Consumer<JsonGenerator> members) throws IOException {
        try (var json = JSON.createGenerator(new BufferedOutputStream(new NonClosingStream(file), 1 << 16))) {
            json.writeStartObject();
            members.accept(json);
            json.writeEnd();
        } catch (RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    /** The response with the document as an attachment of this name. */
    Response attachment(String name) {
        return Response.ok(this)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
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

    /** Ignores the generator's close. */
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
