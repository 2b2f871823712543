package org.muster.proxies;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.muster.settings.Environment;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/**
 * Gives all that follows the client's address, and the address that the client has asked, in place of the proxy's. {@code web.xml}
 * names it, so that it is the first filter.
 */
public class ForwardedFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String ORIGIN = Origin.class.getName();

    private transient Settings settings;

    @Override
    public void init() {
        settings = SettingsReader.read(Environment.ofProcess());
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var host = request.getHeader("Host");
        if (host != null && Authority.of(host).isEmpty()) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        var origin = origin(request);
        if (origin == null) {
            // The request of an error page may be wrapped already.
            origin = Origin.of(
                    request.getRemoteAddr(),
                    name -> Collections.list(request.getHeaders(name)),
                    settings.trustedProxies());
            request.setAttribute(ORIGIN, origin);
        }
        chain.doFilter(new ForwardedRequest(request, origin, settings.url()), response);
    }

    /** Returns where the request comes from; null if it has not passed this filter. */
    static Origin origin(HttpServletRequest request) {
        return (Origin) request.getAttribute(ORIGIN);
    }
}
