package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.muster.database.Seen;

/**
 * What a client has seen of the database, as a token: the id of a transaction of its own, or the cursor of a change that it was told about. The
 * client gets it with responses, and sends it with requests, in a header or a cookie.
 */
final class SeenToken {
    static final String HEADER = "Muster-Seen";

    private static final HostCookie COOKIE = new HostCookie("muster-seen");
    /** No replica is that far behind and answers. */
    private static final Duration COOKIE_LIFETIME = Duration.ofMinutes(5);

    private static final Pattern TRANSACTION = Pattern.compile("[0-9]{1,18}");
    /** {@code org.muster.feed.Changes.Cursor}: epoch, transaction, number. */
    private static final Pattern CURSOR = Pattern.compile("[0-9]{1,9}/([0-9]{1,18})/[0-9]{1,18}");

    private SeenToken() {}

    /** What the client of a request has seen; empty if it has sent something else than a token. */
    static Optional<Seen> of(HttpServletRequest request) {
        var cookies = COOKIE.values(Collections.list(request.getHeaders(HttpHeaders.COOKIE)), request.isSecure());
        return Stream.concat(Stream.ofNullable(request.getHeader(HEADER)), cookies)
                .map(SeenToken::parse)
                .reduce(Optional.of(Seen.NOTHING), (all, one) -> all.flatMap(known -> one.map(known::and)));
    }

    private static Optional<Seen> parse(String token) {
        if (TRANSACTION.matcher(token).matches()) {
            return Optional.of(new Seen(Long.parseLong(token), false));
        }
        try {
            var cursor = CURSOR.matcher(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII));
            return cursor.matches() ? Optional.of(new Seen(Long.parseLong(cursor.group(1)), true)) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** The value of {@code Set-Cookie} that has a browser keep a token. */
    static String setCookie(HttpServletRequest request, String token) {
        var secure = request.isSecure();
        return COOKIE.name(secure) + "=" + token + "; Max-Age=" + COOKIE_LIFETIME.toSeconds()
                + "; HttpOnly; SameSite=Strict; Path=" + HostCookie.path(secure) + (secure ? "; Secure" : "");
    }
}
