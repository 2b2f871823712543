package org.muster.transfer;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import org.muster.http.RequestResources;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.users.Caller;

/** Has an import wait for one of the places of its user and of the node, before its body takes memory and its transaction a connection. */
@Provider
@LimitedImports
@Priority(Priorities.AUTHORIZATION)
@ApplicationScoped
public class ImportPlaceFilter implements ContainerRequestFilter {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Inject
    ConcurrencyLimits limits;

    @Context
    HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        var user = Caller.required(request.getSecurityContext()).user();
        var places = limits.await(
                ConcurrencyLimit.IMPORTS_AT_ONCE,
                user,
                ConcurrencyLimit.ALL_IMPORTS_AT_ONCE,
                ConcurrencyLimit.WAITING_IMPORTS,
                PATIENCE);
        RequestResources.closeAtEnd(servletRequest, places);
    }
}
