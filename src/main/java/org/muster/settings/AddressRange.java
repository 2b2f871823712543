package org.muster.settings;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses with a common prefix, in CIDR notation.
 *
 * @param first an address of the range
 * @param prefix the number of leading bits that the addresses share
 */
public record AddressRange(InetAddress first, int prefix) {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=[^.]*:[^.]*:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");
    /** The bits before an IPv4 address in an IPv6 address that is mapped to it. */
    private static final int MAPPED = 96;

    /** Parses an address such as {@code 10.0.0.1}, or a range such as {@code fd00::/8}; empty if it is neither. */
    public static Optional<AddressRange> of(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            return address(text).map(only -> new AddressRange(only, bits(only)));
        }
        var prefix = text.substring(slash + 1);
        if (!PREFIX.matcher(prefix).matches()) {
            return Optional.empty();
        }
        return address(text.substring(0, slash)).flatMap(first -> {
            var mapped = first instanceof Inet4Address && text.indexOf(':') >= 0;
            var shared = Integer.parseInt(prefix) - (mapped ? MAPPED : 0);
            return Optional.of(new AddressRange(first, shared)).filter(range -> shared >= 0 && shared <= bits(first));
        });
    }

    /** Parses an IPv4 or IPv6 address without brackets, and never asks a name server; empty if it is none. */
    public static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException invalid) {
            return Optional.empty();
        }
    }

    /** Returns whether the address is in the range. */
    public boolean contains(InetAddress address) {
        return bits(address) == bits(first) && shared(address).equals(shared(first));
    }

    private BigInteger shared(InetAddress address) {
        return new BigInteger(1, address.getAddress()).shiftRight(bits(address) - prefix);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }
}
