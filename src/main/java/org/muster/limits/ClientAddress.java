package org.muster.limits;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The address that limits know a client by. Of IPv6 that is the network of 64 bits: a client has as many addresses in it as it
 * likes.
 *
 * @param local whether it is this machine's own
 */
public record ClientAddress(String value, boolean local) {
    private static final int NETWORK_BYTES = 8;

    /** The address of whoever sends this request. */
    public static ClientAddress of(HttpServletRequest request) {
        return of(request.getRemoteAddr());
    }

    /** @param text a literal address */
    static ClientAddress of(String text) {
        try {
            var address = InetAddress.getByName(text);
            var bytes = address.getAddress();
            var network = bytes.length > 4 && !address.isLoopbackAddress()
                    ? InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(bytes, NETWORK_BYTES), bytes.length))
                    : address;
            return new ClientAddress(network.getHostAddress(), address.isLoopbackAddress());
        } catch (UnknownHostException none) {
            return new ClientAddress(text, false);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
