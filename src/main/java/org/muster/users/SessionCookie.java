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
import org.muster.http.Transport;

/** The cookie in which browsers keep the token of a session, where no script can read it. */
public final class SessionCookie {
    static final String NAME = "muster";
    /** Tells the page that there is one, for it does not see it: a stranger's need not ask who they are. */
    private static final String HINT_NAME = "muster-session";
    /** What the caller's authentication is called then. */
    static final String SCHEME = "Cookie";

    /**
     * What a request that comes with the cookie must have if it changes anything: other sites' pages cannot add it.
     */
    static final String CSRF_HEADER = "X-Requested-With";

    static final String CSRF_HEADER_VALUE = "muster";

    private SessionCookie() {}

    /** The answer to a sign-in, with the token in the cookie in place of the body. */
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

    private static NewCookie.Builder cookie(String name, String value, Duration life, HttpServletRequest request) {
        return new NewCookie.Builder(name)
                .value(value)
                .maxAge((int) Math.max(0, life.toSeconds()))
                .secure(Transport.secure(request))
                .sameSite(SameSite.STRICT);
    }

    /** The answer to what has ended the caller's session: a browser forgets its cookie. */
    public static Response signedOut(SecurityContext security) {
        var browser = SCHEME.equals(security.getAuthenticationScheme());
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, browser ? expired() : null)
                .build();
    }

    /** The header's value that has the browser forget the cookie. */
    static String expired() {
        return NAME + "=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict";
    }
}
