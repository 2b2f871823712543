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
 * A document of any size. It is written to a temporary file as fast as the database gives it, and sent from there as
 * slowly as its reader takes it, so that no connection waits for that. The file has no name from the moment it is
 * open, and is gone when it is closed, or forgotten.
 */
final class ExportFile implements StreamingOutput {
    private final FileChannel file;

    private ExportFile(FileChannel file) {
        this.file = file;
    }

    /** The document whose members this writes. */
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

    /** The answer that has the document as a file of this name. */
    Response attachment(String name) {
        return Response.ok(this)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @Override
    public void write(OutputStream reader) throws IOException {
        try (file) {
            file.position(0);
            Channels.newInputStream(file).transferTo(reader);
        }
    }

    /** Stays open when the generator closes it. */
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
