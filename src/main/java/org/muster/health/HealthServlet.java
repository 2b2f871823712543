package org.muster.health;

import static org.muster.json.Provider.JSON;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.muster.database.Database;
import org.muster.lifecycle.Readiness;
import org.muster.metrics.MonitoringAccess;

/**
 * Answers 200 if all requested checks are up, otherwise 503. The details are for those who have {@link MonitoringAccess}. The servers' own health endpoints are on other ports or do not
 * cover the pool.
 */
@WebServlet({"/health", "/health/live", "/health/ready", "/health/started"})
public class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Database database;

    @Inject
    private transient Readiness readiness;

    @Inject
    private transient MonitoringAccess access;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var checks = switch (request.getServletPath()) {
            case "/health/live" -> List.of(Check.live());
            case "/health/ready" -> List.of(Check.ready(readiness, database.pool()));
            case "/health/started" -> List.of(Check.started(readiness));
            default -> Check.all(readiness, database.pool());
        };
        var up = checks.stream().allMatch(Check::up);
        var array = JSON.createArrayBuilder();
        var detailed = access.granted(request);
        checks.forEach(check -> array.add((detailed ? check : check.withoutData()).json()));
        var body = JSON.createObjectBuilder().add("status", Check.status(up)).add("checks", array);
        response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("application/json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().print(body.build());
    }
}
