package org.muster.health;

import static org.muster.json.Provider.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.muster.database.DatabaseState;

/**
 * Answers 200 if all checks asked for are up, else 503. The servers' own health endpoints are on other ports, or say
 * nothing of the pool.
 */
@WebServlet({"/health", "/health/live", "/health/ready", "/health/started"})
public class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Inject
    private transient DatabaseState database;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var checks = switch (request.getServletPath()) {
            case "/health/live" -> List.of(live());
            case "/health/ready" -> List.of(ready());
            case "/health/started" -> List.of(started());
            default -> List.of(live(), started(), ready());
        };
        var up = checks.stream().allMatch(check -> check.getString("status").equals("UP"));
        var array = JSON.createArrayBuilder();
        checks.forEach(array::add);
        var body = JSON.createObjectBuilder().add("status", status(up)).add("checks", array);
        response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("application/json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().print(body.build());
    }

    private static JsonObject live() {
        return check("server", true, JsonObject.EMPTY_JSON_OBJECT);
    }

    private JsonObject started() {
        return check("startup", database.started(), JsonObject.EMPTY_JSON_OBJECT);
    }

    private JsonObject ready() {
        var now = database.now();
        var figures = database.figures();
        var credentials = database.credentials();
        var data = JSON.createObjectBuilder();
        if (!now.ready()) {
            data.add("reason", now.reason()).add("fatal", now.fatal());
        }
        data.add("database", now.address()).add("credentials.source", credentials.source());
        credentials.age().ifPresent(age -> data.add("credentials.age", age.toSeconds()));
        data.add("credentials.lastFailure", credentials.lastFailure())
                .add("breaker", database.connections().breaker().outage().isPresent() ? "open" : "closed")
                .add("pool.total", figures.total())
                .add("pool.active", figures.active())
                .add("pool.idle", figures.idle())
                .add("pool.waiting", figures.waiting())
                .add("pool.min", figures.min())
                .add("pool.max", figures.max());
        return check("database", now.ready(), data.build());
    }

    private static JsonObject check(String name, boolean up, JsonObject data) {
        return JSON.createObjectBuilder()
                .add("name", name)
                .add("status", status(up))
                .add("data", data)
                .build();
    }

    private static String status(boolean up) {
        return up ? "UP" : "DOWN";
    }
}
