package org.muster.operator;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import org.muster.http.EventStreams;
import org.muster.users.Caller;
import org.muster.users.Operators;

/** The status of the database connections, for operators. Available during an outage of the database too. */
@Path("operator/database")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class OperatorResource {
    @Inject
    StatusMonitor monitor;

    @Inject
    Operators operators;

    @Inject
    EventStreams streams;

    @GET
    public Response now(@Context SecurityContext security) {
        Caller.requireOperator(security);
        return Response.ok(monitor.status())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Streams the status as server-sent events. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS + ";qs=0.5")
    public Response stream(@Context SecurityContext security, @Context HttpServletRequest request) {
        var token = Caller.requireOperator(security).token();
        var stream = streams.streamFor(request);
        monitor.subscribe(new StatusSubscriber(stream, () -> operators.know(token)));
        return stream.response();
    }
}
