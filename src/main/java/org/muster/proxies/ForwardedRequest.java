package org.muster.proxies;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/** A request as its client has sent it: what the Servlet API and JAX-RS say of address, scheme and host is the client's view. */
final class ForwardedRequest extends HttpServletRequestWrapper {
    private static final String HTTP = "http";
    private static final String HTTPS = "https";

    private final Origin origin;
    private final String scheme;
    private final String host;
    private final int port;

    /** @param url the public address, if it is configured; it comes before what the request says */
    ForwardedRequest(HttpServletRequest request, Origin origin, Optional<URI> url) {
        super(request);
        this.origin = origin;
        scheme = url.map(URI::getScheme).or(origin::scheme).orElse(request.isSecure() ? HTTPS : HTTP);
        var authority = url.map(URI::getRawAuthority)
                .flatMap(Authority::of)
                .or(() -> origin.host().flatMap(Authority::of))
                .or(() -> Optional.ofNullable(request.getHeader("Host")).flatMap(Authority::of));
        host = authority.map(Authority::host).orElseGet(request::getServerName);
        port = authority.map(this::port).orElseGet(request::getServerPort);
    }

    private int port(Authority authority) {
        return authority.port().orElse(defaultPort());
    }

    private int defaultPort() {
        return isSecure() ? 443 : 80;
    }

    @Override
    public String getRemoteAddr() {
        return origin.address().map(InetAddress::getHostAddress).orElseGet(super::getRemoteAddr);
    }

    @Override
    public String getRemoteHost() {
        return getRemoteAddr();
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public boolean isSecure() {
        return scheme.equals(HTTPS);
    }

    @Override
    public String getServerName() {
        return host;
    }

    @Override
    public int getServerPort() {
        return port;
    }

    @Override
    public StringBuffer getRequestURL() {
        var url = new StringBuffer(scheme).append("://").append(host);
        if (port != defaultPort()) {
            url.append(':').append(port);
        }
        return url.append(getRequestURI());
    }
}
