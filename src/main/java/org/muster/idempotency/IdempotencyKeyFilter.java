package org.muster.idempotency;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.muster.http.JsonInputReader;
import org.muster.http.RequestBodyFilter;
import org.muster.users.Caller;

/** Reads the idempotency key of a POST and computes the request's fingerprint from its path and body. */
@Provider
@Priority(Priorities.USER)
@ApplicationScoped
public class IdempotencyKeyFilter implements ContainerRequestFilter {
    @Inject
    IdempotentRequest keyed;

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        var header = request.getHeaderString(IdempotencyKey.HEADER);
        if (header == null || !request.getMethod().equals(HttpMethod.POST)) {
            return;
        }
        var key = IdempotencyKey.parse(header);
        var caller = Caller.of(request.getSecurityContext());
        var body = new byte[0];
        if (request.hasEntity()) {
            // Large bodies are read into memory for authenticated users only.
            var mebibytes = caller.isEmpty() ? JsonInputReader.MAX_MEBIBYTES : RequestBodyFilter.maxMebibytes(resource);
            body = JsonInputReader.read(request.getEntityStream(), mebibytes);
            request.setEntityStream(new ByteArrayInputStream(body));
        }
        var path = request.getUriInfo().getRequestUri();
        var target = path.getRawPath() + (path.getRawQuery() == null ? "" : "?" + path.getRawQuery());
        keyed.set(key, key.fingerprint(request.getMethod(), target, body), caller.map(Caller::user));
    }
}
