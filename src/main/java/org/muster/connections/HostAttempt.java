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
import org.muster.settings.Hosts.Host;
import org.muster.settings.Password;
import org.postgresql.Driver;
import org.postgresql.jdbc.PgConnection;

/**
 * One attempt to open a connection to one host, with a time limit. It keeps the socket: closing the socket ends an attempt that hangs,
 * and its input shows whether the database has sent an unsolicited message.
 */
final class HostAttempt {
    /** How many names of the JVM's time zone are tried at most in one attempt. */
    private static final int MAX_TIME_ZONES = 50;

    private static final Driver DRIVER = new Driver();
    private static final Map<String, HostAttempt> IN_PROGRESS = new ConcurrentHashMap<>();

    private final Servers servers;
    private final Login login;
    private final Host host;
    private final Properties properties;
    private final String id = UUID.randomUUID().toString();
    private volatile MeteredSocket socket;
    private volatile boolean abandoned;

    /** @param properties of the driver, without the password; they are not changed */
    HostAttempt(Servers servers, Login login, Host host, Properties properties) {
        this.servers = servers;
        this.login = login;
        this.host = host;
        this.properties = (Properties) properties.clone();
        this.properties.setProperty("socketFactory", Sockets.class.getName());
        this.properties.setProperty("socketFactoryArg", id);
    }

    /**
     * A connection with its socket.
     *
     * @param lastResort whether another host is to be tried before it is used
     */
    record Opened(PgConnection connection, MeteredSocket socket, boolean lastResort) {}

    /**
     * Makes the driver's sockets. Public, because the driver makes it by its class name, with the {@code socketFactoryArg} of
     * the connection: the id of the attempt.
     */
    public static final class Sockets extends SocketFactory {
        /** In seconds: a connection that waits for an answer ends when the peer has been silent for 25 s. */
        private static final Map<String, Integer> KEEP_ALIVE =
                Map.of("TCP_KEEPIDLE", 10, "TCP_KEEPINTERVAL", 5, "TCP_KEEPCOUNT", 3);

        private final HostAttempt attempt;

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
     * Opens the connection.
     *
     * @param share how much of the time until the deadline is this host's: a token that has to be made first does not count
     * @throws SQLException as the driver says; 08001 if it takes longer; if the server is none of these
     */
    Opened open(Duration share, Deadline deadline) throws SQLException, InterruptedException {
        var signing = new FutureTask<>(() -> login.password(host));
        var opening = new FutureTask<>(() -> connect(signing.get()));
        var thread = new Thread(
                () -> {
                    signing.run();
                    opening.run();
                },
                "muster-connect");
        thread.setDaemon(true);
        // The caller may have none: the server's pool calls without one.
        thread.setContextClassLoader(HostAttempt.class.getClassLoader());
        thread.start();
        result(signing, deadline.remaining(), NoTokenException.BEGINNING + ": AWS");
        return result(opening, deadline.remaining(share), "the database");
    }

    private <T> T result(FutureTask<T> step, Duration timeout, String silent)
            throws SQLException, InterruptedException {
        try {
            return step.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw failed(failure.getCause());
        } catch (TimeoutException tooLong) {
            abandon();
            throw new SQLException(
                    "%s did not answer within %.1f s".formatted(silent, timeout.toMillis() / 1e3), "08001", tooLong);
        } catch (InterruptedException interrupted) {
            abandon();
            throw interrupted;
        }
    }

    private static SQLException failed(Throwable failure) {
        if (failure instanceof NoTokenException) {
            return new SQLException(failure.getMessage(), "08001", failure);
        }
        return failure instanceof SQLException refused
                ? refused
                : new SQLException("the driver failed: " + failure, "08001");
    }

    private Opened connect(Password password) throws SQLException {
        properties.setProperty("password", password.value());
        IN_PROGRESS.put(id, this);
        try {
            var connection = login().unwrap(PgConnection.class);
            try {
                return new Opened(connection, socket, servers.lastResort(connection));
            } catch (SQLException unusable) {
                connection.close();
                throw unusable;
            }
        } finally {
            IN_PROGRESS.remove(id);
        }
    }

    private Connection login() throws SQLException {
        for (var attempt = 1; ; attempt++) {
            try {
                return DRIVER.connect(login.url(host), properties);
            } catch (SQLException refusal) {
                if (attempt == MAX_TIME_ZONES || !JvmTimeZone.replaceIfRefused(refusal)) {
                    throw refusal;
                }
            }
        }
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
