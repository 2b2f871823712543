package org.muster.settings;

import java.net.URI;
import java.util.Set;

/** Addresses that secrets may be sent to. */
public final class SafeAddresses {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private SafeAddresses() {}

    /** Whether what is sent there is encrypted, or stays on this machine. */
    public static boolean include(URI url) {
        return url.getHost() != null
                && ("https".equals(url.getScheme())
                        || "http".equals(url.getScheme()) && THIS_MACHINE.contains(url.getHost()));
    }
}
