package org.muster.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A request whose body has been read. */
final class ArrivedRequest extends HttpServletRequestWrapper {
    private final TemporaryBuffer body;
    private ServletInputStream stream;

    ArrivedRequest(HttpServletRequest request, TemporaryBuffer body) {
        super(request);
        this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (stream == null) {
            stream = new Body(body.content());
        }
        return stream;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }

    private final class Body extends ServletInputStream {
        private final InputStream bytes;
        private long left = body.size();

        Body(InputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            var octet = new byte[1];
            return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
        }

        @Override
        public int read(byte[] octets, int from, int most) throws IOException {
            var count = bytes.read(octets, from, most);
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public int available() {
            return (int) left;
        }

        @Override
        public boolean isFinished() {
            return left == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the body has been read");
        }
    }
}
