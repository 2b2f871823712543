package org.muster.page;

import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/** Tells search engines what they may read, and where. There is a sitemap only if the public address is configured. */
@WebServlet({"/robots.txt", "/sitemap.xml"})
public class CrawlersServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String CACHED = "public, max-age=" + Sitemap.LIFETIME.toSeconds();
    private static final String RETRY_SECONDS = "5";

    /** What is for persons, for members and for organizers, and what needs no search engine. */
    private static final String ROBOTS = """
            User-agent: *
            Disallow: /api/
            Disallow: /sign-in
            Disallow: /sign-up
            Disallow: /forgot-password
            Disallow: /reset
            Disallow: /verify
            Disallow: /groups/new$
            Disallow: /groups/import$
            Disallow: /groups/*/members
            Disallow: /groups/*/invitations
            Disallow: /groups/*/settings
            Disallow: /groups/*/audit
            Disallow: /groups/*/series
            Disallow: /groups/*/activities/new
            Disallow: /groups/*/activities/*/
            Disallow: /invitations
            Disallow: /notifications
            Disallow: /me
            Disallow: /operate
            """;

    @Inject
    private transient Sitemap sitemap;

    private transient Optional<String> url;

    @PostConstruct
    void read() {
        url = SettingsReader.read(Environment.ofProcess()).url().map(URI::toString);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getServletPath().equals("/robots.txt")) {
            var robots = ROBOTS
                    + url.map(base -> "Sitemap: " + base + "/sitemap.xml\n").orElse("");
            response.setHeader("Cache-Control", CACHED);
            response.setContentType("text/plain");
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            response.getWriter().print(robots);
        } else if (url.isEmpty()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        } else {
            send(sitemap.compressed(url.get()), request, response);
        }
    }

    private static void send(Optional<byte[]> xml, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (xml.isEmpty()) {
            response.setHeader("Retry-After", RETRY_SECONDS);
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        response.setHeader("Cache-Control", CACHED);
        response.setHeader("Vary", "Accept-Encoding");
        response.setContentType("application/xml");
        if (Asset.acceptsGzip(request)) {
            response.setHeader("Content-Encoding", "gzip");
            response.setContentLength(xml.get().length);
            response.getOutputStream().write(xml.get());
        } else {
            try (var plain = new GZIPInputStream(new ByteArrayInputStream(xml.get()))) {
                plain.transferTo(response.getOutputStream());
            }
        }
    }
}
