package org.muster.proxies;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.muster.settings.AddressRange;

/**
 * What a proxy says about the connection on which it got the request.
 *
 * @param address the other end; empty if the proxy does not tell
 * @param scheme {@code http} or {@code https}
 * @param host the host, and the port if it is not the scheme's default
 */
record Hop(Optional<InetAddress> address, Optional<String> scheme, Optional<String> host) {
    private static final Pattern NODE = Pattern.compile("\\[([^]]*)](:.*)?|([^:]*)(:[^:]*)?|(.*)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final String HTTPS = "https";

    /** Reads the values of {@code Forwarded} (RFC 7239). The nearest proxy is first. */
    static List<Hop> ofForwarded(List<String> values) {
        return fromTheRight(values, ',').stream().map(Hop::ofElement).toList();
    }

    /** The element may have any parameters. One that is repeated is taken for absent. */
    private static Hop ofElement(String element) {
        var pairs = fromTheRight(List.of(element), ';');
        Function<String, Optional<String>> parameter = name -> {
            var given = pairs.stream()
                    .filter(pair -> pair.regionMatches(true, 0, name, 0, name.length()))
                    .map(pair -> unquoted(pair.substring(name.length()).strip()))
                    .toList();
            return given.size() == 1 ? Optional.of(given.get(0)) : Optional.empty();
        };
        return new Hop(
                parameter.apply("for=").flatMap(Hop::address),
                parameter.apply("proto=").flatMap(Hop::scheme),
                parameter.apply("host="));
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? ESCAPED.matcher(value.substring(1, value.length() - 1)).replaceAll("$1")
                : value;
    }

    /**
     * Reads the values of {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}. The nearest proxy is first. Many proxies pass on
     * one scheme for the whole way, or a list whose order is theirs: if one of them is https, all are.
     */
    static List<Hop> ofXForwarded(List<String> addresses, List<String> schemes, List<String> hosts) {
        var nodes = fromTheRight(addresses, ',');
        var names = fromTheRight(hosts, ',');
        var given = fromTheRight(schemes, ',').stream()
                .flatMap(text -> scheme(text).stream())
                .toList();
        var scheme = given.contains(HTTPS) ? Optional.of(HTTPS) : given.stream().findFirst();
        var hops = new ArrayList<Hop>();
        for (var i = 0; i < Math.max(nodes.size(), Math.max(names.size(), given.size())); i++) {
            hops.add(new Hop(at(i, nodes).flatMap(Hop::address), scheme, at(i, names)));
        }
        return hops;
    }

    private static Optional<String> at(int index, List<String> values) {
        return index < values.size() ? Optional.of(values.get(index)) : Optional.empty();
    }

    private static Optional<String> scheme(String text) {
        var scheme = text.toLowerCase(Locale.ROOT);
        return Optional.of(scheme).filter(known -> known.equals("http") || known.equals(HTTPS));
    }

    /** The address of a node such as {@code 192.0.2.1:80} or {@code [2001:db8::1]}; empty for {@code unknown} and {@code _hidden}. */
    private static Optional<InetAddress> address(String node) {
        var parts = NODE.matcher(node);
        if (!parts.matches()) {
            return Optional.empty();
        }
        for (var group : new int[] {1, 3, 5}) {
            if (parts.group(group) != null) {
                return AddressRange.address(parts.group(group));
            }
        }
        return Optional.empty();
    }

    /**
     * Splits a list outside of its quoted strings, and reverses it. Begins at the end: what a client has sent may have a quote that
     * is not closed, which must not hide what a proxy has added to it.
     */
    private static List<String> fromTheRight(List<String> values, char separator) {
        var parts = new ArrayList<String>();
        for (var i = values.size() - 1; i >= 0; i--) {
            var text = values.get(i);
            var end = text.length();
            var quoted = false;
            for (var at = end - 1; at >= 0; at--) {
                var octet = text.charAt(at);
                if (octet == '"' && !(quoted && escaped(text, at))) {
                    quoted = !quoted;
                } else if (octet == separator && !quoted) {
                    parts.add(text.substring(at + 1, end).strip());
                    end = at;
                }
            }
            parts.add(text.substring(0, end).strip());
        }
        parts.removeIf(String::isEmpty);
        return parts;
    }

    private static boolean escaped(String text, int at) {
        var first = at;
        while (first > 0 && text.charAt(first - 1) == '\\') {
            first--;
        }
        return (at - first) % 2 == 1;
    }
}
