package org.muster.users;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;
import org.muster.lifecycle.WarmUp;
import org.muster.proxies.ClientAddress;
import org.muster.users.SecurityLog.Event;

/** Logs that a request was refused. */
@Provider
public class RefusalLogFilter implements ContainerResponseFilter {
    @Inject
    SecurityLog log;

    @Inject
    WarmUp warmUp;

    @Context
    HttpServletRequest servlet;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() < Status.BAD_REQUEST.getStatusCode()
                || warmUp.sent(request.getHeaderString(WarmUp.HEADER))) {
            return;
        }
        var requester = Requester.of(request.getSecurityContext());
        event(response.getStatus(), requester)
                .ifPresent(event -> log.add(
                        event,
                        requester.known().map(Caller::user),
                        ClientAddress.of(servlet).text()));
    }

    private static Optional<Event> event(int status, Requester requester) {
        return switch (status) {
            case 400, 422 -> Optional.of(Event.INVALID);
            // Failed sign-ins have an event of their own.
            case 401 -> requester.anonymous() ? Optional.empty() : Optional.of(Event.UNAUTHENTICATED);
            case 403 -> Optional.of(Event.REFUSED);
            case 404 -> Optional.of(Event.NOT_FOUND);
            case 429 -> Optional.of(Event.LIMITED);
            default -> Optional.empty();
        };
    }
}
