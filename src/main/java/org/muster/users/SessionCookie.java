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
import java.util.Optional;
import java.util.stream.Stream;
import org.muster.http.Transport;

/** The session cookie: browsers store the session's token in it, inaccessible to scripts. */
public final class SessionCookie {
    static final String NAME = "muster";
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
        return Response.fromResponse(signedIn)
                .entity(JSON.createObjectBuilder().add("expiresAt", expiresAt).build())
                .cookie(
                        cookie(NAME, session.getString("token"), life, request)
                                .path("/api")
                                .httpOnly(true)
                                .build(),
                        cookie(HINT_NAME, "1", life, request).path("/").build())
                .build();
    }

    /** The token that the request has in the cookie. */
    static Optional<Token> token(HttpServletRequest request) {
        return Stream.ofNullable(request.getCookies())
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(NAME))
                .map(cookie -> new Token(cookie.getValue()))
                .findFirst();
    }

    private static NewCookie.Builder cookie(String name, String value, Duration life, HttpServletRequest request) {
        return new NewCookie.Builder(name)
                .value(value)
                .maxAge((int) Math.max(0, life.toSeconds()))
                .secure(Transport.secure(request))
                .sameSite(SameSite.STRICT);
    }

    /** The response to a request that ended the session; expires the browser's cookie. */
    public static Response signedOut(SecurityContext security) {
        var browser = SCHEME.equals(security.getAuthenticationScheme());
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, browser ? expired() : null)
                .build();
    }

    /** The value of {@code Set-Cookie} that expires the cookie. */
    static String expired() {
        return NAME + "=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict";
    }
}
