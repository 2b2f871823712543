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

    /**
     * Returns the addresses that other machines can reach; if there are none, those for this machine only, where a server may also have
     * its administration. One that stands for all of the machine's is returned as the loopback address.
     */
    static List<InetSocketAddress> find() {
        try {
            var all = new ArrayList<>(find("tcp"));
            all.addAll(find("tcp6"));
            var open = all.stream()
                    .filter(address -> !address.getAddress().isLoopbackAddress())
                    .map(ListeningSockets::reachable)
                    .toList();
            return open.isEmpty() ? List.copyOf(all) : open;
        } catch (IOException unavailable) {
            return List.of();
        }
    }

    private static List<InetSocketAddress> find(String table) throws IOException {
        var file = PROCESS.resolve("net").resolve(table);
        var found = new ArrayList<InetSocketAddress>();
        if (Files.exists(file)) {
            var own = ownSockets();
            for (var line : Files.readAllLines(file)) {
                var fields = line.strip().split("\\s+");
                if (fields.length > INODE && fields[STATE].equals(LISTEN) && own.contains(fields[INODE])) {
                    found.add(address(fields[LOCAL_ADDRESS]));
                }
            }
        }
        return found;
    }

    private static InetSocketAddress reachable(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : address;
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
        return new InetSocketAddress(
                InetAddress.getByAddress(bytes.array()), Integer.parseInt(text, colon + 1, text.length(), HEXADECIMAL));
    }
}
