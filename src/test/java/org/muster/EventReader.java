package org.muster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client of an event stream that receives no more than it reads: on a socket of its own, with a small receive buffer. */
public final class EventReader implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 4_096;

    private final Socket socket = new Socket();
    private final BufferedReader lines;

    public EventReader(URI base, String path, Client client) throws IOException {
        this(base, path, client, "text/event-stream");
    }

    public EventReader(URI base, String path, Client client, String accept) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        socket.getOutputStream().write("""
                        GET %s HTTP/1.1
                        Host: localhost
                        Accept: %s
                        Authorization: %s

                        """.formatted(path, accept, client.header("Authorization"))
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8));
        // Without a large buffer of its own.
        lines = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), RECEIVE_BUFFER);
    }

    /**
     * Reads until a line begins with this, and returns it.
     *
     * @throws IllegalStateException if there is none in this time, or the stream ends
     */
    public String readUntil(String begin, Duration atMost) throws IOException {
        var end = System.nanoTime() + atMost.toNanos();
        while (true) {
            var line = line(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            if (line == null || System.nanoTime() > end) {
                throw new IllegalStateException("No line that begins with " + begin);
            }
            if (line.startsWith(begin)) {
                return line;
            }
        }
    }

    /** Reads for a second at most. Returns whether the response has ended. */
    public boolean ended() throws IOException {
        var end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        var line = "";
        while (line != null && System.nanoTime() < end) {
            try {
                line = line(100);
            } catch (SocketTimeoutException nothing) {
                return false;
            }
        }
        return line == null;
    }

    /** Returns the next line; null at the end of the response. */
    private String line(long millis) throws IOException {
        socket.setSoTimeout((int) millis);
        var line = lines.readLine();
        // The last chunk. The connection may stay open.
        return "0".equals(line) ? null : line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
