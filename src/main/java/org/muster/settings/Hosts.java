package org.muster.settings;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where the database may be: one host or several, of which one takes writes. */
public record Hosts(List<Host> all) {
    private static final Pattern ONE =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
                    + "|[^\\s,:/?#&=\\[\\]]+)(?::([0-9]{1,5}))?");

    /** One of them; the name of an IPv6 address has no brackets. */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /**
     * Reads {@code a:5432,b:5432}; a host without a port has the given one.
     *
     * @throws IllegalArgumentException if it is not {@link #valid}
     */
    public static Hosts of(String text, int port) {
        return new Hosts(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(one -> host(one, port))
                .toList());
    }

    /** Whether {@link #of} can read it. */
    public static boolean valid(String text) {
        try {
            return of(text, 1).all().stream().allMatch(host -> host.port() >= 1 && host.port() <= 65_535);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Host host(String text, int port) {
        var parts = ONE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a host: " + text);
        }
        var name = parts.group(1).replaceAll("[\\[\\]]", "");
        return new Host(name, parts.group(2) == null ? port : Integer.parseInt(parts.group(2)));
    }

    /** As the driver's addresses have it: {@code a:5432,b:5432}. */
    @Override
    public String toString() {
        return all.stream().map(Host::toString).collect(Collectors.joining(","));
    }
}
