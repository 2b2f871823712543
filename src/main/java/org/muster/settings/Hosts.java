package org.muster.settings;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The hosts of the database: one, or several of which one, the primary, accepts writes. */
public record Hosts(List<Host> all) {
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
                    + "|[^\\s,:/?#&=\\[\\]]+)(?::([0-9]{1,5}))?");

    /** A host name or IP address, and a port. An IPv6 address has no brackets. */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /**
     * Parses a list such as {@code a:5432,b:5432}.
     *
     * @param port the port of hosts that are listed without one
     * @throws IllegalArgumentException if the text is not {@link #valid}
     */
    public static Hosts of(String text, int port) {
        return new Hosts(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(one -> host(one, port))
                .toList());
    }

    /** Returns whether the text is a list of hosts that {@link #of} can parse, with ports from 1 to 65535. */
    public static boolean valid(String text) {
        try {
            return of(text, 1).all().stream().allMatch(host -> host.port() >= 1 && host.port() <= 65_535);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Host host(String text, int port) {
        var parts = HOST.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a host: " + text);
        }
        var name = parts.group(1).replaceAll("[\\[\\]]", "");
        return new Host(name, parts.group(2) == null ? port : Integer.parseInt(parts.group(2)));
    }

    /** Returns the hosts in the format of the driver's URL: {@code a:5432,b:5432}. */
    @Override
    public String toString() {
        return all.stream().map(Host::toString).collect(Collectors.joining(","));
    }
}
