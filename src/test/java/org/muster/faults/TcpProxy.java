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

/** The network between Muster and PostgreSQL, which does what it is told: passes, delays, swallows, resets, cuts. */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER = 16_384;
    private static final int TYPED_HEADER = 5;
    private static final int TLS_HANDSHAKE = 0x16;

    private final InetSocketAddress target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final int port;
    private volatile ServerSocket listener;
    private volatile boolean swallowing;
    private volatile long delayMillis;
    private volatile Cut cut;
    private volatile String swallowedStatement;
    private volatile boolean closed;

    /** Where a connection is cut when it commits. */
    enum Cut {
        /** The database never hears of the commit. */
        BEFORE_COMMIT,
        /** The database gets a part of the message. */
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

    /** How many connections it has taken so far. */
    long accepted() {
        return accepted.get();
    }

    /** From now on everything passes, also new connections. What was swallowed stays lost. */
    void pass() {
        delayMillis = 0;
        cut = null;
        swallowing = false;
        links.forEach(Link::dropIfSilent);
        if (listener.isClosed()) {
            listener = listen(port);
            accept(listener);
        }
    }

    /** Drops everything from now on without a reset; accepts new connections and answers none. */
    void swallow() {
        swallowing = true;
        silence();
    }

    /** Drops everything on the connections that are open; new ones work. */
    void silence() {
        links.forEach(link -> link.silent = true);
    }

    /** Resets all connections; new ones pass. */
    void reset() {
        links.forEach(Link::reset);
    }

    /** Closes all connections in order, as a proxy does with idle ones; new ones pass. */
    void hangUp() {
        links.forEach(Link::close);
    }

    /** Resets all connections and refuses new ones. */
    void refuse() {
        close(listener);
        reset();
    }

    /** From now on everything takes this much longer in each direction. */
    void delay(long millis) {
        delayMillis = millis;
    }

    /** Swallows, from there on, the next connection that runs a statement in which this text occurs; once. */
    void silenceAt(String statement) {
        swallowedStatement = statement;
    }

    /** Whether the statement that was to be swallowed has come. */
    boolean hasSilenced() {
        return swallowedStatement == null;
    }

    /** Cuts the next connection that commits, once. */
    void cutNextCommit(Cut where) {
        cut = where;
    }

    /** Whether the cut that was asked for has been made. */
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
                    // The loop sees it.
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
            // It is to be gone, and it is.
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean silent = swallowing;
        private volatile boolean deaf;

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
                        daemon(this::answers);
                    }
                    requests();
                } catch (IOException broken) {
                    close();
                }
            });
        }

        /** The frontend's messages, one by one: the first has no type, the others do. */
        private void requests() throws IOException {
            var input = new DataInputStream(client.getInputStream());
            var startedUp = false;
            var commitName = "";
            while (true) {
                var header = new byte[startedUp ? TYPED_HEADER : TYPED_HEADER - 1];
                input.readFully(header);
                if (!startedUp && header[0] == TLS_HANDSHAKE) {
                    encrypted(header, input);
                    return;
                }
                var length = length(header) - 4;
                var body = input.readNBytes(length);
                if (silent) {
                    continue;
                }
                pause();
                var message = Arrays.copyOf(header, header.length + body.length);
                System.arraycopy(body, 0, message, header.length, body.length);
                var type = startedUp ? (char) header[0] : 'S';
                // What asks for encryption is answered and followed by the real beginning.
                startedUp |= type == 'S' && length > 4;
                if (type == 'P' && text(body, 1).equals("COMMIT")) {
                    commitName = "=" + text(body, 0);
                }
                var swallowed = swallowedStatement;
                if (type == 'P' && swallowed != null && text(body, 1).contains(swallowed)) {
                    swallowedStatement = null;
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

        /** What is encrypted passes as it is. */
        private void encrypted(byte[] begun, InputStream rest) throws IOException {
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
                deaf = true;
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

        private void answers() {
            var buffer = new byte[BUFFER];
            try {
                for (var n = server.getInputStream().read(buffer);
                        n >= 0;
                        n = server.getInputStream().read(buffer)) {
                    pause();
                    if (!silent && !deaf) {
                        client.getOutputStream().write(buffer, 0, n);
                    }
                }
            } catch (IOException broken) {
                // Told to both below.
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
                // Then it is closed.
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

    /** The text with this index in a message that begins with texts. */
    private static String text(byte[] body, int index) {
        var texts = new String(body, StandardCharsets.ISO_8859_1).split("\0", index + 2);
        return index < texts.length ? texts[index] : "";
    }
}
