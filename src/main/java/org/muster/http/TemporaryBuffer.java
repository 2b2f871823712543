package org.muster.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** Bytes that are written first and read later: a few in memory, more in a temporary file, which is deleted when this is closed. */
public final class TemporaryBuffer extends OutputStream {
    /** What exceeds this is in the file. */
    public static final int MEMORY_BYTES = 1 << 16;

    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private FileChannel file;
    private long size;

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int count) throws IOException {
        if (file == null && size + count > MEMORY_BYTES) {
            file = FileChannel.open(
                    Files.createTempFile("muster-", null),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            memory.writeTo(Channels.newOutputStream(file));
            memory = null;
        }
        if (file == null) {
            memory.write(octets, from, count);
        } else {
            Channels.newOutputStream(file).write(octets, from, count);
        }
        size += count;
    }

    /** Returns the number of bytes. */
    public long size() {
        return size;
    }

    /** Returns the bytes, from the first. Nothing can be written after this. */
    public InputStream content() throws IOException {
        if (file == null) {
            return new ByteArrayInputStream(memory.toByteArray());
        }
        file.position(0);
        return Channels.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
