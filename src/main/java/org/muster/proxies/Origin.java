package org.muster.proxies;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.muster.settings.AddressRange;

/**
 * Where a request comes from.
 *
 * @param address the client's address; empty if the server knows none
 * @param scheme the scheme that the client uses, if a trusted proxy tells it
 * @param host the host, and perhaps port, that the client has asked, if a trusted proxy tells it
 * @param local whether a program on this machine has sent the request, without a proxy
 */
record Origin(Optional<InetAddress> address, Optional<String> scheme, Optional<String> host, boolean local) {
    private static final String FORWARDED = "Forwarded";
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final String HOST = "X-Forwarded-Host";
    /** A request with one of these has passed a proxy, trusted or not. */
    private static final List<String> OF_PROXIES = List.of(FORWARDED, FOR, PROTO, HOST, "X-Real-IP", "Via");

    /**
     * Reads what proxies have added to a request.
     *
     * <p>A proxy writes either {@code Forwarded} or {@code X-Forwarded-*}, and may pass on the other as the client has sent it. If both
     * are there, only that is believed of which both say the same; for https, one is enough, which harms nobody but a client that lies.
     *
     * @param connected the address at the other end of the connection, which may be null
     * @param headers all values of a header; none if it is absent
     * @param proxies the proxies that are trusted
     */
    static Origin of(String connected, Function<String, List<String>> headers, List<AddressRange> proxies) {
        var peer = AddressRange.address(withoutZone(connected));
        var trusted = peer.filter(address -> isIn(proxies, address)).isPresent();
        if (!trusted) {
            var local = peer.filter(InetAddress::isLoopbackAddress).isPresent()
                    && OF_PROXIES.stream().allMatch(name -> headers.apply(name).isEmpty());
            return new Origin(peer, Optional.empty(), Optional.empty(), local);
        }
        var origins = Stream.of(
                        Hop.ofForwarded(headers.apply(FORWARDED)),
                        Hop.ofXForwarded(headers.apply(FOR), headers.apply(PROTO), headers.apply(HOST)))
                .filter(hops -> !hops.isEmpty())
                .map(hops -> walk(peer.get(), hops, proxies))
                .toList();
        return origins.stream()
                .reduce((one, other) -> one.agreedWith(other, peer))
                .orElse(new Origin(peer, Optional.empty(), Optional.empty(), false));
    }

    /** Goes back from the server to the client, and stops at the first whose word does not count. */
    private static Origin walk(InetAddress peer, List<Hop> hops, List<AddressRange> proxies) {
        var address = peer;
        var scheme = Optional.<String>empty();
        var host = Optional.<String>empty();
        for (var hop : hops) {
            scheme = hop.scheme().isPresent() ? hop.scheme() : scheme;
            host = hop.host().isPresent() ? hop.host() : host;
            if (hop.address().isEmpty()) {
                break;
            }
            address = hop.address().get();
            if (!isIn(proxies, address)) {
                break;
            }
        }
        return new Origin(Optional.of(address), scheme, host, false);
    }

    private Origin agreedWith(Origin other, Optional<InetAddress> peer) {
        return new Origin(
                address.equals(other.address) ? address : peer,
                Stream.of(scheme, other.scheme).flatMap(Optional::stream).max(String::compareTo),
                host.equals(other.host) ? host : Optional.empty(),
                false);
    }

    private static boolean isIn(List<AddressRange> proxies, InetAddress address) {
        return proxies.stream().anyMatch(range -> range.contains(address));
    }

    /** Without the network interface of a link-local IPv6 address. */
    private static String withoutZone(String address) {
        return address == null ? "" : address.replaceFirst("%.*", "");
    }
}
