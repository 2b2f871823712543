package org.muster.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A body that was sent compressed. If the server has decompressed it already, it is passed on as it is. */
final class GzipBody extends InputStream {
    private static final byte[] MAGIC = {0x1f, (byte) 0x8b};

    private final PushbackInputStream body;
    private InputStream decoded;

    GzipBody(InputStream body) {
        this.body = new PushbackInputStream(body, MAGIC.length);
    }

    @Override
    public int read() throws IOException {
        var octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
    }

    /** @throws org.muster.problems.Problem 400 if the body is not in gzip's format */
    @Override
    public int read(byte[] octets, int from, int most) throws IOException {
        try {
            if (decoded == null) {
                decoded = isCompressed() ? new GZIPInputStream(body) : body;
            }
            return decoded.read(octets, from, most);
        } catch (ZipException | EOFException malformed) {
            throw JsonInputReader.malformed("its compression is damaged");
        }
    }

    private boolean isCompressed() throws IOException {
        var first = body.readNBytes(MAGIC.length);
        body.unread(first);
        return Arrays.equals(first, MAGIC);
    }
}
