package org.muster.metrics;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Environment;
import org.muster.settings.Password;
import org.muster.settings.SettingsReader;

/** Who may read the metrics and the details of health and of outages: programs on this machine, and those with the token. */
@ApplicationScoped
public class MonitoringAccess {
    private static final String SCHEME = "Bearer ";

    private Optional<Password> token;

    @PostConstruct
    void read() {
        token = SettingsReader.read(Environment.ofProcess()).metricsToken();
    }

    /** Returns whether the sender of this request may. */
    public boolean granted(HttpServletRequest request) {
        return ClientAddress.local(request) || knowsToken(request.getHeader("Authorization"));
    }

    private boolean knowsToken(String header) {
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && token.filter(expected -> equal(
                                expected.value(),
                                header.substring(SCHEME.length()).strip()))
                        .isPresent();
    }

    /** Takes the same time wherever the first difference is. */
    private static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
