package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;

/** How a request has come. */
public final class Transport {
    private Transport() {}

    /** Whether the browser speaks TLS, to this server or to a proxy before it that says so. */
    public static boolean secure(HttpServletRequest request) {
        return request.isSecure() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    }
}
