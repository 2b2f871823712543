package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The page, which browsers ask for anew each time: it names the version of all the rest. */
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
