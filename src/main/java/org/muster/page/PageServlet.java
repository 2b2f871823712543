package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Serves the HTML page. Browsers revalidate it at each visit, because it contains the version of the static files. */
@WebServlet({"", "/index.html"})
public class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Assets assets;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        assets.page().send(request, response, "no-cache");
    }
}
