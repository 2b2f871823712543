package org.muster.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a push service is.
 *
 * @param scheme {@code https}; {@code http} on this machine only
 * @param host in lower case; of one whose subdomains are meant, with the dot before it
 * @param port -1 for the scheme's own
 */
public record PushOrigin(String scheme, String host, int port) {
    private static final String ANY_SUBDOMAIN = "://*.";

    /** Parses an origin such as {@code https://push.example.org} or {@code https://*.example.org}; empty if it is none. */
    public static Optional<PushOrigin> of(String text) {
        var wildcard = text.contains(ANY_SUBDOMAIN);
        return url(text.toLowerCase(Locale.ROOT).replace(ANY_SUBDOMAIN, "://"))
                .filter(url -> url.toString().equals(origin(url)))
                .filter(url -> SafeAddresses.include(url)
                        && (!wildcard || url.getScheme().equals("https")))
                .map(url -> new PushOrigin(url.getScheme(), (wildcard ? "." : "") + url.getHost(), url.getPort()));
    }

    /** The URL that this text is, if it has a host; empty if not. */
    public static Optional<URI> url(String text) {
        try {
            var url = new URI(text).parseServerAuthority();
            return Optional.of(url).filter(known -> known.getHost() != null);
        } catch (URISyntaxException invalid) {
            return Optional.empty();
        }
    }

    /** The origin of a URL, as in RFC 6454. */
    public static String origin(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** Whether the URL is of this push service. */
    public boolean includes(URI url) {
        var known = url.getHost().toLowerCase(Locale.ROOT);
        return scheme.equals(url.getScheme())
                && port == url.getPort()
                && url.getRawUserInfo() == null
                && (host.startsWith(".") ? known.endsWith(host) : known.equals(host));
    }
}
