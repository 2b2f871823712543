package org.muster.proxies;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The IP address of a client: of the connection, or the one that trusted proxies report.
 *
 * @param text the address, for people and logs
 * @param network what limits count by: an IPv4 address, or the first 64 bits of an IPv6 address, of which one client has many
 */
public record ClientAddress(String text, String network) {
    private static final int NETWORK_OCTETS = 8;

    /** Returns the address of a request's client. */
    public static ClientAddress of(HttpServletRequest request) {
        return Optional.ofNullable(ForwardedFilter.origin(request))
                .flatMap(Origin::address)
                .map(ClientAddress::of)
                .orElseGet(() -> new ClientAddress(request.getRemoteAddr(), request.getRemoteAddr()));
    }

    /** Returns whether a program on this machine has sent the request, without a proxy. */
    public static boolean local(HttpServletRequest request) {
        var origin = ForwardedFilter.origin(request);
        return origin != null && origin.local();
    }

    static ClientAddress of(InetAddress address) {
        var text = address.getHostAddress();
        return new ClientAddress(text, address instanceof Inet6Address ? network(address) : text);
    }

    private static String network(InetAddress address) {
        var octets = address.getAddress();
        Arrays.fill(octets, NETWORK_OCTETS, octets.length, (byte) 0);
        try {
            return InetAddress.getByAddress(octets).getHostAddress() + "/64";
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
