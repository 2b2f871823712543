package org.muster.connections;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import org.muster.settings.Hosts;

/**
 * Whether a database answers at all, without signing in: it is asked whether it speaks TLS, which every PostgreSQL, and
 * what stands in front of one, answers with one byte. Leaves no trace in the database's log.
 */
public final class Reachability {
    private static final int LENGTH = 8;
    /** The protocol's number for this question. */
    private static final int SSL_REQUEST = 80_877_103;

    private Reachability() {}

    /** Whether one of the hosts answers; each has this much time. */
    public static boolean answered(Hosts hosts, Duration atMost) {
        return hosts.all().stream().anyMatch(host -> answered(new InetSocketAddress(host.name(), host.port()), atMost));
    }

    /** Whether somebody answers at this address within this time. */
    static boolean answered(SocketAddress address, Duration atMost) {
        var millis = (int) atMost.toMillis();
        try (var socket = new Socket()) {
            socket.setSoTimeout(millis);
            socket.connect(address, millis);
            var output = new DataOutputStream(socket.getOutputStream());
            output.writeLong(((long) LENGTH << Integer.SIZE) | SSL_REQUEST);
            return socket.getInputStream().read() != -1;
        } catch (IOException nobody) {
            return false;
        }
    }
}
