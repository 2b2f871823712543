package org.muster.proxies;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host and a port, as in the header {@code Host}.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port the port; empty for the scheme's default
 */
record Authority(String host, Optional<Integer> port) {
    private static final Pattern SYNTAX =
            Pattern.compile("([A-Za-z0-9._~-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{0,5}))?");
    private static final int MAX_PORT = 65_535;

    /** Parses a value of {@code Host}; empty if it is invalid. */
    static Optional<Authority> of(String text) {
        var parts = SYNTAX.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var port = Optional.ofNullable(parts.group(2))
                .filter(digits -> !digits.isEmpty())
                .map(Integer::valueOf);
        return Optional.of(new Authority(parts.group(1), port))
                .filter(authority -> port.orElse(1) >= 1 && port.orElse(1) <= MAX_PORT);
    }
}
