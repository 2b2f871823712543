package org.muster.faults;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A TCP proxy between Muster and PostgreSQL that can delay, slow down, drop, reset and cut connections. */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER = 16_384;
    private static final int TYPED_HEADER = 5;
    private static final int TLS_HANDSHAKE = 0x16;

    private final InetSocketAddress target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final int port;
    private volatile ServerSocket listener;
    private volatile boolean dropping;
    private volatile long delayMillis;
    private volatile int bytesPerSecond;
    private volatile Cut cut;
    private volatile String silencedStatement;
    private volatile boolean closed;

    /** Where a connection is cut when it commits. */
    enum Cut {
        /** The commit does not reach the database. */
        BEFORE_COMMIT,
        /** A part of the commit message reaches the database. */
        WITHIN_COMMIT,
        /** The database commits, and its answer is lost. */
        AFTER_COMMIT
    }

    TcpProxy(int targetPort) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        listener = listen(0);
        port = listener.getLocalPort();
        accept(listener);
    }

    int port() {
        return port;
    }

    /** Returns the number of connections accepted so far. */
    long accepted() {
        return accepted.get();
    }

    /** Ends all faults. Dropped data stays lost. */
    void pass() {
        delayMillis = 0;
        bytesPerSecond = 0;
        cut = null;
        dropping = false;
        links.forEach(Link::dropIfSilent);
        if (listener.isClosed()) {
            listener = listen(port);
            accept(listener);
        }
    }

    /** Drops all data from now on, without closing connections. New connections are accepted and get no answer. */
    void dropAll() {
        dropping = true;
        silence();
    }

    /** Drops all data of the open connections. New connections work. */
    void silence() {
        links.forEach(link -> link.silent = true);
    }

    /** Resets all connections. New connections work. */
    void reset() {
        links.forEach(Link::reset);
    }

    /** Closes all connections gracefully, as proxies do with idle ones. New connections work. */
    void hangUp() {
        links.forEach(Link::close);
    }

    /** Resets all connections and refuses new ones. */
    void refuse() {
        close(listener);
        reset();
    }

    /** Delays data by this time in each direction from now on. */
    void delay(long millis) {
        delayMillis = millis;
    }

    /** Forwards the large messages of each connection at this rate from now on. */
    void slowDown(int bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Drops the data of the next connection that prepares a statement with this text, from that statement on. Happens once. */
    void silenceAt(String statement) {
        silencedStatement = statement;
    }

    /** Returns whether the connection of {@link #silenceAt} has been silenced. */
    boolean hasSilenced() {
        return silencedStatement == null;
    }

    /** Cuts the next connection that commits. Happens once. */
    void cutNextCommit(Cut where) {
        cut = where;
    }

    /** Returns whether the requested cut has been made. */
    boolean hasCut() {
        return cut == null;
    }

    @Override
    public void close() {
        closed = true;
        refuse();
    }

    private ServerSocket listen(int wanted) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 200);
            return socket;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void accept(ServerSocket from) {
        daemon(() -> {
            while (!from.isClosed()) {
                try {
                    var client = from.accept();
                    accepted.incrementAndGet();
                    new Link(client).start();
                } catch (IOException stopped) {
                    // The loop checks whether the listener is closed.
                }
            }
        });
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception broken) {
            // It is closed already.
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean silent = dropping;
        private volatile boolean answersDropped;

        Link(Socket client) {
            this.client = client;
        }

        void start() {
            links.add(this);
            daemon(() -> {
                try {
                    client.setTcpNoDelay(true);
                    if (!silent) {
                        server.connect(target);
                        server.setTcpNoDelay(true);
                        daemon(this::forwardAnswers);
                    }
                    forwardRequests();
                } catch (IOException broken) {
                    close();
                }
            });
        }

        /** Forwards the frontend's messages one by one. The first has no type byte, the others do. */
        private void forwardRequests() throws IOException {
            var input = new DataInputStream(client.getInputStream());
            var startedUp = false;
            var commitName = "";
            while (true) {
                var header = new byte[startedUp ? TYPED_HEADER : TYPED_HEADER - 1];
                input.readFully(header);
                if (!startedUp && header[0] == TLS_HANDSHAKE) {
                    forwardEncrypted(header, input);
                    return;
                }
                var length = length(header) - 4;
                if (bytesPerSecond > 0 && length > BUFFER) {
                    forwardSlowly(header, length, input);
                    continue;
                }
                var body = input.readNBytes(length);
                if (silent) {
                    continue;
                }
                pause();
                var message = Arrays.copyOf(header, header.length + body.length);
                System.arraycopy(body, 0, message, header.length, body.length);
                var type = startedUp ? (char) header[0] : 'S';
                // An SSLRequest is answered, and followed by the startup message.
                startedUp |= type == 'S' && length > 4;
                if (type == 'P' && text(body, 1).equals("COMMIT")) {
                    commitName = "=" + text(body, 0);
                }
                var silenced = silencedStatement;
                if (type == 'P' && silenced != null && text(body, 1).contains(silenced)) {
                    silencedStatement = null;
                    silent = true;
                    continue;
                }
                var commits = type == 'B' && commitName.equals("=" + text(body, 1));
                var where = cut;
                if (commits && where != null) {
                    cut = null;
                    cutHere(where, message, input);
                    return;
                }
                server.getOutputStream().write(message);
            }
        }

        private void forwardSlowly(byte[] header, int length, InputStream input) throws IOException {
            server.getOutputStream().write(header);
            for (var left = length; left > 0; left -= BUFFER) {
                server.getOutputStream().write(input.readNBytes(Math.min(left, BUFFER)));
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(BUFFER) / bytesPerSecond);
            }
        }

        /** Forwards encrypted data without parsing it. */
        private void forwardEncrypted(byte[] begun, InputStream rest) throws IOException {
            server.getOutputStream().write(begun);
            var buffer = new byte[BUFFER];
            for (var n = rest.read(buffer); n >= 0; n = rest.read(buffer)) {
                pause();
                if (!silent) {
                    server.getOutputStream().write(buffer, 0, n);
                }
            }
            close();
        }

        private void cutHere(Cut where, byte[] message, InputStream rest) throws IOException {
            if (where == Cut.AFTER_COMMIT) {
                answersDropped = true;
                server.getOutputStream().write(message);
                var more = new byte[BUFFER];
                var end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
                while (System.nanoTime() < end) {
                    if (rest.available() > 0) {
                        server.getOutputStream().write(more, 0, rest.read(more));
                    }
                    LockSupport.parkNanos(1_000_000);
                }
            } else if (where == Cut.WITHIN_COMMIT) {
                server.getOutputStream().write(message, 0, message.length / 2);
            }
            reset();
        }

        private void forwardAnswers() {
            var buffer = new byte[BUFFER];
            try {
                for (var n = server.getInputStream().read(buffer);
                        n >= 0;
                        n = server.getInputStream().read(buffer)) {
                    pause();
                    if (!silent && !answersDropped) {
                        client.getOutputStream().write(buffer, 0, n);
                    }
                }
            } catch (IOException broken) {
                // Both sockets are closed below.
            }
            if (!silent) {
                close();
            }
        }

        private void pause() {
            if (delayMillis > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
            }
        }

        void dropIfSilent() {
            if (silent) {
                TcpProxy.close(server);
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
            } catch (IOException broken) {
                // The socket is closed already.
            }
            close();
        }

        void close() {
            links.remove(this);
            TcpProxy.close(client);
            TcpProxy.close(server);
        }
    }

    private static int length(byte[] header) {
        var at = header.length - 4;
        return (header[at] & 0xff) << 24
                | (header[at + 1] & 0xff) << 16
                | (header[at + 2] & 0xff) << 8
                | header[at + 3] & 0xff;
    }

    /** Returns the string with this index in a message that begins with null-terminated strings. */
    private static String text(byte[] body, int index) {
        var texts = new String(body, StandardCharsets.ISO_8859_1).split("\0", index + 2);
        return index < texts.length ? texts[index] : "";
    }
}
