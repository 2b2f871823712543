package org.muster.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses at which this process accepts TCP connections. Jakarta EE does not tell an application its port before the first request;
 * Linux does, in {@code /proc} (proc_pid_net(5)).
 */
final class ListeningSockets {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int DIGITS = 8;
    private static final int HEXADECIMAL = 16;

    private ListeningSockets() {}

    /** Returns whether they can be found: on Linux. */
    static boolean known() {
        return Files.isDirectory(PROCESS.resolve("fd"));
    }

    /** Returns the addresses; those that stand for all of the machine's as the loopback address. */
    static List<InetSocketAddress> find() {
        var found = new ArrayList<InetSocketAddress>();
        try {
            var own = ownSockets();
            for (var table : List.of("tcp", "tcp6")) {
                for (var line : Files.readAllLines(PROCESS.resolve("net").resolve(table))) {
                    var fields = line.strip().split("\\s+");
                    if (fields.length > INODE && fields[STATE].equals(LISTEN) && own.contains(fields[INODE])) {
                        found.add(address(fields[LOCAL_ADDRESS]));
                    }
                }
            }
        } catch (IOException unavailable) {
            return List.of();
        }
        return List.copyOf(found);
    }

    /** Returns the inodes of the sockets that this process has open. */
    private static Set<String> ownSockets() throws IOException {
        var inodes = new HashSet<String>();
        try (var descriptors = Files.newDirectoryStream(PROCESS.resolve("fd"))) {
            for (var descriptor : descriptors) {
                var target = target(descriptor);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** Reads an address such as {@code 0100007F:1F90}: numbers of four bytes in the order of the processor, then the port. */
    private static InetSocketAddress address(String text) throws UnknownHostException {
        var colon = text.indexOf(':');
        var bytes = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (var at = 0; at < colon; at += DIGITS) {
            bytes.putInt(Integer.parseUnsignedInt(text, at, at + DIGITS, HEXADECIMAL));
        }
        var host = InetAddress.getByAddress(bytes.array());
        return new InetSocketAddress(
                host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host,
                Integer.parseInt(text, colon + 1, text.length(), HEXADECIMAL));
    }
}
