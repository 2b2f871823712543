package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Serves the static files at {@code /assets/VERSION/NAME}. Files of the current version are cached indefinitely. A request for
 * another version gets the current file, uncached, so that a page that was open before a deployment keeps working.
 */
@WebServlet("/assets/*")
public class AssetsServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";

    @Inject
    private transient Assets assets;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var path = Optional.ofNullable(request.getPathInfo()).orElse("/").substring(1);
        var slash = path.indexOf('/');
        var asset = slash < 0 ? Optional.<Asset>empty() : assets.find(path.substring(slash + 1));
        if (asset.isEmpty()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        var current = path.substring(0, slash).equals(assets.version());
        asset.get().send(request, response, current ? IMMUTABLE : "no-cache");
    }
}
