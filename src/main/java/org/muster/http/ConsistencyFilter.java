package org.muster.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.muster.database.Consistency;
import org.muster.database.Database;

/**
 * Lets replicas answer, if there are any, and whoever writes see that at once: the response to a write has the token of its transaction, which the
 * client sends with later requests, in the header or in the cookie.
 */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class ConsistencyFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String SEEN = "Muster-Seen";
    private static final String STALE = "Muster-Stale";
    private static final String COOKIE = "muster-seen";
    private static final String SECURE_COOKIE = "__Host-" + COOKIE;
    /** No replica is that far behind and answers. */
    private static final Duration COOKIE_LIFETIME = Duration.ofMinutes(5);

    private static final Pattern TOKEN = Pattern.compile("[0-9]{1,19}");

    @Inject
    private transient Database database;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (database.replicas().isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        var seen = seen(request);
        Consistency.begin(
                seen.orElse(Consistency.NOTHING),
                seen.isPresent() && mayBeReplicated(request),
                new Told(request, response));
        try {
            chain.doFilter(request, response);
        } finally {
            Consistency.end();
        }
    }

    /** The latest token that the client has; empty if it has one that is not Muster's. */
    private static Optional<String> seen(HttpServletRequest request) {
        var cookies = Stream.ofNullable(request.getCookies())
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(cookie(request)))
                .map(Cookie::getValue);
        var tokens = Stream.concat(Stream.ofNullable(request.getHeader(SEEN)), cookies)
                .map(String::strip)
                .toList();
        return tokens.stream().allMatch(TOKEN.asMatchPredicate())
                ? tokens.stream().max(Comparator.comparing(Long::valueOf)).or(() -> Optional.of(Consistency.NOTHING))
                : Optional.empty();
    }

    /** The prefix requires the root. */
    private static String cookie(HttpServletRequest request) {
        return request.isSecure() ? SECURE_COOKIE : COOKIE;
    }

    /** Changes must be complete, and the operators' view is of the primary. */
    private static boolean mayBeReplicated(HttpServletRequest request) {
        var path = request.getRequestURI();
        return SafeMethods.include(request.getMethod())
                && request.getHeader(HttpHeaders.IF_MATCH) == null
                && !path.contains("/changes")
                && !path.contains("/operator/");
    }

    /** Puts what the client must be told into the response. */
    private record Told(HttpServletRequest request, HttpServletResponse response) implements Consistency.Listener {
        @Override
        public void written(String transaction) {
            response.setHeader(SEEN, transaction);
            response.addHeader(
                    HttpHeaders.SET_COOKIE,
                    cookie(request) + "=" + transaction + "; Max-Age=" + COOKIE_LIFETIME.toSeconds()
                            + "; HttpOnly; SameSite=Strict"
                            + (request.isSecure() ? "; Path=/; Secure" : "; Path=/api"));
        }

        @Override
        public void stale(Duration age) {
            var seconds = Math.max(1, age.plusMillis(999).toSeconds());
            var before = response.getHeader(STALE);
            if (before == null || Long.parseLong(before) < seconds) {
                response.setHeader(STALE, Long.toString(seconds));
            }
        }
    }
}
