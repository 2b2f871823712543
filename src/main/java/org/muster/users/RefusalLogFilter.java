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
import org.muster.proxies.ClientAddress;
import org.muster.users.SecurityLog.Event;

/** Logs that somebody who is signed in was refused what they may not do. */
@Provider
public class RefusalLogFilter implements ContainerResponseFilter {
    @Inject
    SecurityLog log;

    @Context
    HttpServletRequest servlet;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() == Status.FORBIDDEN.getStatusCode()) {
            Requester.of(request.getSecurityContext())
                    .known()
                    .map(Caller::user)
                    .ifPresent(user -> log.add(
                            Event.REFUSED,
                            Optional.of(user),
                            ClientAddress.of(servlet).text()));
        }
    }
}
