package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Serves the service worker at the root, for all paths. It contains the version of the page: browsers see that there is another. */
@WebServlet("/service-worker.js")
public class WorkerServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Assets assets;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        assets.worker().send(request, response, "no-cache");
    }
}
