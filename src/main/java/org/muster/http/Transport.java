package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;

/** The transport of a request. */
public final class Transport {
    private Transport() {}

    /** Whether the client uses TLS, to this server or to a proxy that says so. */
    public static boolean secure(HttpServletRequest request) {
        return request.isSecure() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    }
}
