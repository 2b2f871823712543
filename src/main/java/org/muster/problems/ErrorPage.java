package org.muster.problems;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers errors that the server itself detects, in place of its HTML page. {@code web.xml} forwards them to this servlet. */
@WebServlet("/problem")
public class ErrorPage extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var chosen = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        var type = ProblemType.of(chosen instanceof Integer status ? status : 404);
        var detail = type == ProblemType.NOT_FOUND ? "No resource exists at this path." : type.title() + ".";
        var id = RequestId.of(request);
        RequestId.addHeader(request, response);
        response.setStatus(type.status());
        response.setContentType(Problem.MEDIA_TYPE);
        var body = Problem.of(type, detail).json(id).toString().getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
