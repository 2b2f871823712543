package org.muster.connections;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** A socket that knows how long its last statement may be on its way: when a write returns, megabytes may still be in buffers. */
final class MeteredSocket extends Socket {
    /** In bytes each millisecond. */
    private static final long SLOWEST_NETWORK = 1_000;

    private volatile long sent;

    /** Notes that what is sent from now on is another statement. */
    void beginStatement() {
        sent = 0;
    }

    Duration transferTime() {
        return Duration.ofMillis(sent / SLOWEST_NETWORK);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Output(super.getOutputStream());
    }

    /** Used by one thread at a time. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private final class Output extends FilterOutputStream {
        Output(OutputStream output) {
            super(output);
        }

        @Override
        public void write(int octet) throws IOException {
            out.write(octet);
            sent++;
        }

        @Override
        public void write(byte[] octets, int from, int count) throws IOException {
            out.write(octets, from, count);
            sent += count;
        }
    }
}
