package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * A request with a form, which the API does not take, under another media type. Jersey would read a form before it calls any filter, and log
 * the request's path, which may have a secret.
 */
final class OpaqueRequest extends HttpServletRequestWrapper {
    private static final String FORM = MediaType.APPLICATION_FORM_URLENCODED;

    private OpaqueRequest(HttpServletRequest request) {
        super(request);
    }

    /** This request; if it has a form, disguised. */
    static HttpServletRequest of(HttpServletRequest request) {
        var type = request.getContentType();
        var form = type != null && type.regionMatches(true, 0, FORM, 0, FORM.length());
        return form ? new OpaqueRequest(request) : request;
    }

    @Override
    public String getContentType() {
        return MediaType.APPLICATION_OCTET_STREAM;
    }

    @Override
    public String getHeader(String name) {
        return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE) ? getContentType() : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
                ? Collections.enumeration(List.of(getContentType()))
                : super.getHeaders(name);
    }
}
