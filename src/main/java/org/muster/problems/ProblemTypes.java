package org.muster.problems;

import static org.muster.json.Provider.JSON;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Describes each type of problem at the path that is its {@code type}. */
@WebServlet(ProblemType.PATH + "*")
public class ProblemTypes extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var slug = request.getPathInfo() == null ? "" : request.getPathInfo().substring(1);
        var type = ProblemType.named(slug);
        if (type.isEmpty()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        var json = JSON.createObjectBuilder()
                .add("type", type.get().uri())
                .add("title", type.get().title())
                .add("status", type.get().status())
                .build();
        response.setContentType("application/json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().print(json);
    }
}
