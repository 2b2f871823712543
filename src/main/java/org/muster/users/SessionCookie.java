package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The session cookie: browsers store the session's token in it, inaccessible to scripts. Under TLS its name has the prefix
 * {@code __Host-}: browsers then take it from this host only, and not from a neighbour such as {@code other.example.org}. A cookie
 * without the prefix does not count there, since anybody may have planted it.
 */
public final class SessionCookie {
    private static final String PLAIN_NAME = "muster";
    private static final String SECURE_PREFIX = "__Host-";
    /** A cookie that scripts can read; tells the page that a session cookie exists. */
    private static final String HINT_NAME = "muster-session";
    /** The authentication scheme of such requests. */
    static final String SCHEME = "Cookie";

    /**
     * The header that requests with the cookie must have if they change something. Pages of other sites cannot send it.
     */
    static final String CSRF_HEADER = "X-Requested-With";

    static final String CSRF_HEADER_VALUE = "muster";

    private SessionCookie() {}

    /** The response to a sign-in, with the token in the cookie instead of the body. */
    static Response inCookie(Response signedIn, HttpServletRequest request) {
        var session = (JsonObject) signedIn.getEntity();
        var expiresAt = session.getString("expiresAt");
        var life = Duration.between(Instant.now(), Instant.parse(expiresAt));
        var secure = request.isSecure();
        return Response.fromResponse(signedIn)
                .entity(JSON.createObjectBuilder().add("expiresAt", expiresAt).build())
                .cookie(
                        cookie(name(secure), session.getString("token"), life, secure)
                                .path(path(secure))
                                .httpOnly(true)
                                .build(),
                        cookie(prefixed(HINT_NAME, secure), "1", life, secure)
                                .path("/")
                                .build())
                .build();
    }

    private static NewCookie.Builder cookie(String name, String value, Duration life, boolean secure) {
        return new NewCookie.Builder(name)
                .value(value)
                .maxAge((int) Math.max(0, life.toSeconds()))
                .secure(secure)
                .sameSite(SameSite.STRICT);
    }

    /** The response to a request that ended the session; expires the browser's cookie. */
    public static Response signedOut(SecurityContext security) {
        var browser = SCHEME.equals(security.getAuthenticationScheme());
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, browser ? expired(security.isSecure()) : null)
                .build();
    }

    /** The value of {@code Set-Cookie} that expires the cookie. */
    static String expired(boolean secure) {
        return name(secure) + "=; Path=" + path(secure) + "; Max-Age=0; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }

    private static String name(boolean secure) {
        return prefixed(PLAIN_NAME, secure);
    }

    private static String prefixed(String name, boolean secure) {
        return secure ? SECURE_PREFIX + name : name;
    }

    /** The prefix of the name requires the root. */
    private static String path(boolean secure) {
        return secure ? "/" : "/api";
    }

    /**
     * The token in the session cookie; empty if there is none. Reads the header by itself: cookies of others may be anything.
     *
     * @param headers the values of {@code Cookie}, which may be null
     */
    static Optional<Token> token(List<String> headers, boolean secure) {
        var start = name(secure) + "=";
        return Stream.ofNullable(headers)
                .flatMap(List::stream)
                .flatMap(header -> Arrays.stream(header.split(";")))
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(start))
                .map(cookie -> new Token(cookie.substring(start.length())))
                .findFirst();
    }
}
