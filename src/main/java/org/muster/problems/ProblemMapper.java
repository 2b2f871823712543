package org.muster.problems;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.muster.database.DatabaseException;

/** Makes the answer for whatever a request ends with. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());

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
                return chosenByServer(chosen).response(id);
            }
            if (cause instanceof DatabaseException database) {
                return ofDatabase(database, id).response(id);
            }
        }
        return internal(failure, id).response(id);
    }

    private Problem chosenByServer(WebApplicationException chosen) {
        var type = ProblemType.of(chosen.getResponse().getStatus());
        var problem = switch (type) {
            case NOT_FOUND -> Problem.of(type, "There is nothing at this path.");
            case METHOD_NOT_ALLOWED ->
                Problem.of(type, request.getMethod() + " is not allowed here; the Allow header lists what is.");
            case UNSUPPORTED_MEDIA_TYPE -> Problem.of(type, "Send the body as application/json.");
            case NOT_ACCEPTABLE -> Problem.of(type, "Accept application/json.");
            default -> Problem.of(type, type.title() + ".");
        };
        var allow = chosen.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null ? problem : problem.header(HttpHeaders.ALLOW, allow);
    }

    private Problem ofDatabase(DatabaseException failure, String id) {
        return switch (failure.state()) {
            case BUSY -> {
                LOG.log(Level.WARNING, "Request {0} found the database busy: {1}", id, failure.getMessage());
                yield Problem.busy();
            }
            case UNAVAILABLE, LOGIN_REFUSED -> {
                LOG.log(Level.WARNING, "Request {0} found no database: {1}", id, failure.getMessage());
                yield Problem.unavailable();
            }
            default -> internal(failure, id);
        };
    }

    private Problem internal(Throwable failure, String id) {
        LOG.log(
                Level.ERROR,
                "Request " + id + " failed: " + request.getMethod() + " " + request.getRequestURI(),
                failure);
        return Problem.of(
                ProblemType.INTERNAL, "The request failed. If it happens again, report it with its requestId.");
    }
}
