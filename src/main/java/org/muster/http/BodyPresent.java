package org.muster.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

/** Refuses a request without a body where the resource method reads one: JAX-RS would hand it null. */
@Provider
public class BodyPresent implements ContainerRequestFilter {
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        var method = resource.getResourceMethod();
        if (method != null
                && !request.hasEntity()
                && List.of(method.getParameterTypes()).contains(Input.class)) {
            throw InputReader.malformed("there is none");
        }
    }
}
