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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.muster.http.HostCookie;

/**
 * The session cookie: browsers store the session's token in it, inaccessible to scripts.
 */
public final class SessionCookie {
    private static final HostCookie SESSION = new HostCookie("muster");
    /** A cookie that scripts can read; tells the page that a session cookie exists. */
    private static final HostCookie HINT = new HostCookie("muster-session");
    /** The authentication scheme of such requests. */
    static final String SCHEME = "Cookie";

    /**
     * The header that requests with the cookie must have if they change something. Pages of other sites cannot send it.
     */
    static final String CSRF_HEADER = "X-Requested-With";

    static final String CSRF_HEADER_VALUE = "muster";

    private SessionCookie() {}

    /** The response to a sign-in, with the token in the cookie instead of the body. */
    public static Response inCookie(Response signedIn, HttpServletRequest request) {
        var session = (JsonObject) signedIn.getEntity();
        var expiresAt = session.getString("expiresAt");
        var token = new Token(session.getString("token"));
        return Response.fromResponse(signedIn)
                .entity(JSON.createObjectBuilder().add("expiresAt", expiresAt).build())
                .cookie(cookies(token, Instant.parse(expiresAt), request.isSecure()))
                .build();
    }

    /** Whether a browser that has a session asks for the page. */
    public static boolean hinted(HttpServletRequest request) {
        var headers = Collections.list(request.getHeaders(HttpHeaders.COOKIE));
        return HINT.values(headers, request.isSecure()).findAny().isPresent();
    }

    /** The cookies of a session with this token. */
    static NewCookie[] cookies(Token token, Instant expiresAt, boolean secure) {
        var life = Duration.between(Instant.now(), expiresAt);
        return new NewCookie[] {
            cookie(SESSION.name(secure), token.value(), life, secure)
                    .path(HostCookie.path(secure))
                    .httpOnly(true)
                    .build(),
            cookie(HINT.name(secure), "1", life, secure).path("/").build()
        };
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
        return SESSION.name(secure) + "=; Path=" + HostCookie.path(secure) + "; Max-Age=0; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }

    /**
     * The token in the session cookie; empty if there is none.
     *
     * @param headers the values of {@code Cookie}, which may be null
     */
    static Optional<Token> token(List<String> headers, boolean secure) {
        return SESSION.values(headers == null ? List.of() : headers, secure)
                .map(Token::new)
                .findFirst();
    }
}
