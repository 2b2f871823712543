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
import java.io.IOException;
import java.io.InputStream;
import org.muster.http.LimitedInputStream;
import org.muster.http.RequestResources;
import org.muster.http.TemporaryBuffer;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.Turn;
import org.muster.users.Caller;

/**
 * Has an import wait for its turn, with its body in a file: before the document takes memory, and the transaction a connection. The place
 * is its own until it has been answered.
 */
@Provider
@LimitedImports
@Priority(Priorities.AUTHORIZATION)
@ApplicationScoped
public class LimitedImportsFilter implements ContainerRequestFilter {
    @Inject
    ConcurrencyLimits limits;

    @Context
    HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        var user = Caller.required(request.getSecurityContext()).user();
        if (request.hasEntity()) {
            var body = received(request.getEntityStream());
            RequestResources.closeAtEnd(servletRequest, limits.await(Turn.IMPORT, user));
            request.setEntityStream(body);
        }
    }

    private InputStream received(InputStream body) throws IOException {
        var buffer = RequestResources.closeAtEnd(servletRequest, new TemporaryBuffer());
        new LimitedInputStream(body, GroupDocument.MAX_MEBIBYTES).transferTo(buffer);
        return buffer.content();
    }
}
