package org.muster.connections;

import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import org.postgresql.Driver;
import org.postgresql.jdbc.PgConnection;

/**
 * One attempt to open a connection, with a limit for all of it. Keeps hold of the socket: closing it ends an attempt
 * that hangs, and looking at it tells whether the database has said something that nobody asked for.
 */
final class ConnectAttempt {
    private static final Driver DRIVER = new Driver();
    private static final ThreadLocal<ConnectAttempt> OF_THREAD = new ThreadLocal<>();

    private volatile Socket socket;
    private volatile boolean abandoned;

    /** Where the driver gets its sockets from. Public, with this constructor, because the driver makes it by its name. */
    public static final class Sockets extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            var socket = new Socket();
            var dial = OF_THREAD.get();
            if (dial != null) {
                dial.socket = socket;
                if (dial.abandoned) {
                    socket.close();
                }
            }
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException("the driver connects itself");
        }

        @Override
        public Socket createSocket(String host, int port, java.net.InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("the driver connects itself");
        }

        @Override
        public Socket createSocket(java.net.InetAddress host, int port) {
            throw new UnsupportedOperationException("the driver connects itself");
        }

        @Override
        public Socket createSocket(
                java.net.InetAddress address, int port, java.net.InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException("the driver connects itself");
        }
    }

    /**
     * Opens a connection.
     *
     * @throws SQLException as the driver says, or 08001 if it takes longer than this
     */
    PgConnection open(String url, Properties properties, Duration atMost) throws SQLException {
        properties.setProperty("socketFactory", Sockets.class.getName());
        var attempt = new FutureTask<>(() -> connect(url, properties));
        var thread = new Thread(attempt, "muster-dial");
        thread.setDaemon(true);
        // The caller's may be null: the server's pool calls without one.
        thread.setContextClassLoader(ConnectAttempt.class.getClassLoader());
        thread.start();
        try {
            return attempt.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof SQLException refused
                    ? refused
                    : new SQLException("the driver failed: " + failure.getCause(), "08001");
        } catch (TimeoutException tooLong) {
            abandon();
            throw new SQLException("the database did not answer within " + atMost.toMillis() + " ms", "08001");
        } catch (InterruptedException interrupted) {
            abandon();
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while opening a connection", "08001");
        }
    }

    /** The open connection's socket. */
    Socket socket() {
        return socket;
    }

    private PgConnection connect(String url, Properties properties) throws SQLException {
        OF_THREAD.set(this);
        Connection connection = DRIVER.connect(url, properties);
        if (abandoned) {
            connection.close();
        }
        return connection.unwrap(PgConnection.class);
    }

    private void abandon() {
        abandoned = true;
        var opened = socket;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException closed) {
                // That is what was wanted.
            }
        }
    }
}
