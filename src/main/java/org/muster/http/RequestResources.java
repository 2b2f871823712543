package org.muster.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Closes what a request has used when it has been answered, or when its answer has failed. */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class RequestResources extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = System.getLogger(RequestResources.class.getName());
    private static final String ATTRIBUTE = RequestResources.class.getName();

    private record Opened(List<AutoCloseable> resources) {}

    /** Has this closed when the request has been answered, and returns it. */
    public static <T extends AutoCloseable> T closeAtEnd(HttpServletRequest request, T resource) {
        if (request.getAttribute(ATTRIBUTE) instanceof Opened opened) {
            opened.resources.add(resource);
        } else {
            request.setAttribute(ATTRIBUTE, new Opened(new ArrayList<>(List.of(resource))));
        }
        return resource;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } finally {
            if (request.getAttribute(ATTRIBUTE) instanceof Opened opened) {
                opened.resources.forEach(RequestResources::close);
            }
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failure) {
            LOG.log(Level.WARNING, "What a request has used could not be closed", failure);
        }
    }
}
