package org.muster.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Passes everything on to the output stream of a response. */
abstract class ForwardingOutputStream extends ServletOutputStream {
    private final ServletOutputStream output;

    ForwardingOutputStream(ServletOutputStream output) {
        this.output = output;
    }

    @Override
    public void write(int octet) throws IOException {
        output.write(octet);
    }

    @Override
    public void write(byte[] octets, int from, int count) throws IOException {
        output.write(octets, from, count);
    }

    @Override
    public void flush() throws IOException {
        output.flush();
    }

    @Override
    public void close() throws IOException {
        output.close();
    }

    @Override
    public boolean isReady() {
        return output.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        output.setWriteListener(listener);
    }
}
