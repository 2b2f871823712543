package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import org.muster.users.SessionCookie;

/**
 * Serves the HTML page at the paths of its views, and whatever else no servlet has. Browsers revalidate it at each visit, because it
 * contains the version of the static files. To people, the page itself says that there is nothing at a path; to programs, a problem.
 */
@WebServlet({"", "/"})
public class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String HTML = "text/html";
    private static final String API = "/api/";

    @Inject
    private transient Assets assets;

    @Inject
    private transient Previews previews;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var path = request.getServletPath()
                + Optional.ofNullable(request.getPathInfo()).orElse("");
        var locale = locale(request);
        var view = PagePaths.template(path);
        if (view.filter(PagePaths.HOME::equals).isPresent() && !SessionCookie.hinted(request)) {
            response.addHeader("Vary", "Accept-Language, Cookie");
            assets.welcome(locale.getLanguage()).send(request, response, "no-cache");
        } else if (view.isPresent()) {
            response.addHeader("Vary", "Accept-Language");
            previews.find(path, locale)
                    .map(preview -> assets.page(locale.getLanguage(), view.get(), preview))
                    .orElseGet(() -> assets.page(locale.getLanguage(), view))
                    .send(request, response, "no-cache");
        } else if (acceptsHtml(request) && !path.startsWith(API)) {
            response.addHeader("Vary", "Accept-Language");
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            assets.page(locale.getLanguage(), view).send(request, response, "no-cache");
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    private static boolean acceptsHtml(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Accept"))
                .filter(types -> types.contains(HTML))
                .isPresent();
    }

    /** What the browser asks for first among the languages of the page, with its region; English without any. */
    private Locale locale(HttpServletRequest request) {
        if (request.getHeader("Accept-Language") == null) {
            return Locale.ENGLISH;
        }
        return Collections.list(request.getLocales()).stream()
                .filter(locale -> assets.languages().contains(locale.getLanguage()))
                .findFirst()
                .orElse(Locale.ENGLISH);
    }
}
