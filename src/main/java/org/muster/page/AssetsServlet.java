package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * What the page loads, at {@code /assets/VERSION/NAME}. Browsers keep it for good under the version that it has. Under
 * another one they get what there is now, and do not keep it: a page that was open before a deployment goes on.
 */
@WebServlet("/assets/*")
public class AssetsServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

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
        asset.get().send(request, response, current ? FOR_GOOD : "no-cache");
    }
}
