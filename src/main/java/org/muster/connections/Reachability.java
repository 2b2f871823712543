package org.muster.connections;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import org.muster.settings.Hosts;

/**
 * Checks whether a database can be reached, without signing in: it is asked whether it accepts TLS, which every PostgreSQL
 * server and every pooler in front of one answers with one byte. Leaves no trace in the server's log.
 */
public final class Reachability {
    private static final int MESSAGE_LENGTH = 8;
    /** The code of an SSLRequest message. */
    private static final int SSL_REQUEST = 80_877_103;

    private Reachability() {}

    /**
     * Whether one of the hosts answers.
     *
     * @param timeout for each host
     */
    public static boolean check(Hosts hosts, Duration timeout) {
        return hosts.all().stream().anyMatch(host -> check(new InetSocketAddress(host.name(), host.port()), timeout));
    }

    /** Whether a database answers at this address within this time. */
    static boolean check(SocketAddress address, Duration timeout) {
        var millis = (int) timeout.toMillis();
        try (var socket = new Socket()) {
            socket.setSoTimeout(millis);
            socket.connect(address, millis);
            var output = new DataOutputStream(socket.getOutputStream());
            output.writeLong(((long) MESSAGE_LENGTH << Integer.SIZE) | SSL_REQUEST);
            return socket.getInputStream().read() != -1;
        } catch (IOException unreachable) {
            return false;
        }
    }
}
