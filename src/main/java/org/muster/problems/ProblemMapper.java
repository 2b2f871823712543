package org.muster.problems;

import static org.muster.json.Provider.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.muster.connections.NoConnectionException;
import org.muster.connections.SqlState;
import org.muster.database.DatabaseException;
import org.muster.metrics.MonitoringAccess;

/** Maps every exception of a request to an error response. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());

    @Inject
    MonitoringAccess monitoring;

    @Context
    HttpServletRequest request;

    @Override
    public Response toResponse(Throwable failure) {
        var id = RequestId.of(request);
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem.response(id);
            }
            if (cause instanceof WebApplicationException chosen) {
                return ofServer(chosen).response(id);
            }
            if (cause instanceof DatabaseException database) {
                return ofDatabase(database, id).response(id);
            }
        }
        return internal(failure, id).response(id);
    }

    private Problem ofServer(WebApplicationException chosen) {
        var type = ProblemType.of(chosen.getResponse().getStatus());
        var problem = switch (type) {
            case NOT_FOUND -> Problem.of(type, "No resource exists at this path.");
            case METHOD_NOT_ALLOWED ->
                Problem.of(
                        type,
                        request.getMethod() + " is not allowed here. The Allow header lists the allowed methods.");
            case UNSUPPORTED_MEDIA_TYPE -> Problem.of(type, "Send the body as application/json.");
            case NOT_ACCEPTABLE -> Problem.of(type, "Accept application/json, or text/calendar for a calendar.");
            default -> Problem.of(type, type.title() + ".");
        };
        var allow = chosen.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null ? problem : problem.header(HttpHeaders.ALLOW, allow);
    }

    private Problem ofDatabase(DatabaseException failure, String id) {
        if (failure.outcomeUnknown()) {
            LOG.log(
                    Level.WARNING,
                    "Request {0} failed, and it is unknown whether it was committed: {1}",
                    id,
                    failure.getMessage());
            return Problem.outcomeUnknown();
        }
        var state = failure.state();
        var busy = state == SqlState.BUSY || state == SqlState.CONFLICT || state == SqlState.STALE_STATEMENT;
        var statement = failure.phase() != DatabaseException.Phase.ACQUIRING;
        if (statement && (state == SqlState.DEFECT || state == SqlState.DUPLICATE)) {
            return internal(failure, id);
        }
        LOG.log(Level.WARNING, "Request {0} failed because of the database: {1}", id, failure.getMessage());
        var problem = busy ? Problem.busy() : Problem.unavailable(state.publicReason());
        if (monitoring.granted(request)) {
            failure.noConnection().ifPresent(none -> problem.with("database", json(none)));
        }
        return problem;
    }

    private static JsonObject json(NoConnectionException none) {
        var json = JSON.createObjectBuilder();
        if (none.getSQLState() != null) {
            json.add("sqlState", none.getSQLState());
        }
        json.add("breaker", none.breakerOpen() ? "open" : "closed");
        none.lastSuccess().ifPresent(at -> json.add("lastSuccess", at.toString()));
        var figures = none.figures();
        return json.add(
                        "pool",
                        JSON.createObjectBuilder()
                                .add("total", figures.total())
                                .add("active", figures.active())
                                .add("idle", figures.idle())
                                .add("waiting", figures.waiting())
                                .add("max", figures.max()))
                .build();
    }

    private Problem internal(Throwable failure, String id) {
        LOG.log(
                Level.ERROR,
                "Request " + id + " failed: " + request.getMethod() + " " + withoutTokens(request.getRequestURI()),
                failure);
        return Problem.of(
                ProblemType.INTERNAL, "The request failed. If it happens again, report it with its requestId.");
    }

    /** Replaces tokens in a path, which must not be logged. */
    static String withoutTokens(String path) {
        return path.replaceAll("[A-Za-z0-9_-]{43}", "(hidden)");
    }
}
