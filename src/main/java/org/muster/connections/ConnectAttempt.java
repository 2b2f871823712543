package org.muster.connections;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import org.muster.credentials.Login;
import org.muster.credentials.NoTokenException;
import org.muster.settings.Hosts;
import org.muster.settings.Password;
import org.postgresql.Driver;
import org.postgresql.jdbc.PgConnection;

/**
 * One attempt to open a connection, with a time limit for the whole attempt. It keeps the socket: closing the socket ends an attempt
 * that hangs, and its input shows whether the database has sent an unsolicited message.
 */
final class ConnectAttempt {
    /** How many names of the JVM's time zone are tried at most in one attempt. */
    private static final int MAX_TIME_ZONES = 50;

    private static final Driver DRIVER = new Driver();
    private static final Map<String, ConnectAttempt> IN_PROGRESS = new ConcurrentHashMap<>();

    private final Servers servers;
    private final String id = UUID.randomUUID().toString();
    private volatile MeteredSocket socket;
    private volatile boolean abandoned;
    private volatile boolean signing;

    ConnectAttempt(Servers servers) {
        this.servers = servers;
    }

    /** A connection with its socket. */
    record Opened(PgConnection connection, MeteredSocket socket) {}

    /**
     * Makes the driver's sockets. Public, because the driver makes it by its class name, with the {@code socketFactoryArg} of
     * the connection: the id of the attempt.
     */
    public static final class Sockets extends SocketFactory {
        /** In seconds: a connection that waits for an answer ends when the peer has been silent for 25 s. */
        private static final Map<String, Integer> KEEP_ALIVE =
                Map.of("TCP_KEEPIDLE", 10, "TCP_KEEPINTERVAL", 5, "TCP_KEEPCOUNT", 3);

        private final ConnectAttempt attempt;

        public Sockets(String attemptId) {
            attempt = IN_PROGRESS.get(attemptId);
        }

        @Override
        public Socket createSocket() throws IOException {
            var socket = new MeteredSocket();
            noticeDeadPeer(socket);
            attempt.socket = socket;
            if (attempt.abandoned) {
                socket.close();
            }
            return socket;
        }

        /** The operating system's defaults notice it after hours. A migration has no other limit. */
        @SuppressWarnings("unchecked")
        private static void noticeDeadPeer(Socket socket) throws IOException {
            for (var option : socket.supportedOptions()) {
                // By their names: not every server lets applications see the class that has these options.
                var value = KEEP_ALIVE.get(option.name());
                if (value != null) {
                    socket.setOption((SocketOption<Integer>) option, value);
                }
            }
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException("the driver connects its sockets itself");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("the driver connects its sockets itself");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException("the driver connects its sockets itself");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("the driver connects its sockets itself");
        }
    }

    /**
     * Opens a connection to the first host that is one of the servers; preferably to one that is no last resort.
     *
     * @param properties of the driver, without the password
     * @param timeout for all of it
     * @throws SQLException as the driver says of the last host, or 08001 if it takes longer
     */
    Opened open(Login login, Properties properties, Duration timeout) throws SQLException {
        properties.setProperty("socketFactory", Sockets.class.getName());
        properties.setProperty("socketFactoryArg", id);
        var attempt = new FutureTask<>(() -> connect(login, properties));
        var thread = new Thread(attempt, "muster-connect");
        thread.setDaemon(true);
        // The caller may have none: the server's pool calls without one.
        thread.setContextClassLoader(ConnectAttempt.class.getClassLoader());
        thread.start();
        try {
            return attempt.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof SQLException refused
                    ? refused
                    : new SQLException("the driver failed: " + failure.getCause(), "08001");
        } catch (TimeoutException tooLong) {
            abandon();
            var silent = signing ? NoTokenException.BEGINNING + ": AWS" : "the database";
            throw new SQLException(silent + " did not answer within " + timeout.toMillis() + " ms", "08001");
        } catch (InterruptedException interrupted) {
            abandon();
            throw interrupted();
        }
    }

    private Opened connect(Login login, Properties properties) throws SQLException {
        IN_PROGRESS.put(id, this);
        Opened fallback = null;
        SQLException failure = null;
        try {
            for (var host : servers.candidates(login)) {
                servers.trying(host);
                try {
                    properties.setProperty("password", password(login, host).value());
                    var opened = connect(login.url(host), properties);
                    var lastResort = lastResort(opened);
                    servers.opened(host);
                    if (!lastResort) {
                        close(fallback);
                        return opened;
                    }
                    close(fallback);
                    fallback = opened;
                } catch (SQLException unusable) {
                    if (unusable.getCause() instanceof NoTokenException) {
                        throw unusable;
                    }
                    if (failure == null || Servers.tellsMore(unusable, failure)) {
                        failure = unusable;
                    }
                }
            }
        } finally {
            IN_PROGRESS.remove(id);
        }
        if (abandoned) {
            close(fallback);
        }
        if (abandoned || fallback == null) {
            throw failure;
        }
        return fallback;
    }

    private boolean lastResort(Opened opened) throws SQLException {
        try {
            return servers.lastResort(opened.connection);
        } catch (SQLException unusable) {
            opened.connection.close();
            throw unusable;
        }
    }

    private Password password(Login login, Hosts.Host host) throws SQLException {
        signing = true;
        try {
            return login.password(host);
        } catch (NoTokenException unavailable) {
            throw new SQLException(unavailable.getMessage(), "08001", unavailable);
        } finally {
            signing = false;
        }
    }

    private Opened connect(String url, Properties properties) throws SQLException {
        var connection = login(url, properties).unwrap(PgConnection.class);
        if (abandoned) {
            connection.close();
        }
        return new Opened(connection, socket);
    }

    private static Connection login(String url, Properties properties) throws SQLException {
        for (var attempt = 1; ; attempt++) {
            try {
                return DRIVER.connect(url, properties);
            } catch (SQLException refusal) {
                if (attempt == MAX_TIME_ZONES || !JvmTimeZone.replaceIfRefused(refusal)) {
                    throw refusal;
                }
            }
        }
    }

    private static void close(Opened superfluous) throws SQLException {
        if (superfluous != null) {
            superfluous.connection.close();
        }
    }

    /** The calling thread was interrupted while it waited for a connection to be opened. */
    static SQLException interrupted() {
        Thread.currentThread().interrupt();
        return new SQLException("interrupted while opening a connection", "08001");
    }

    private void abandon() {
        abandoned = true;
        var opened = socket;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException closed) {
                // As intended.
            }
        }
    }
}
