package org.muster.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Parameter;
import java.util.Arrays;

/** Refuses a request without a body where the resource method must have one: JAX-RS would hand it null. */
@Provider
public class BodyPresent implements ContainerRequestFilter {
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        var method = resource.getResourceMethod();
        if (method != null
                && !request.hasEntity()
                && Arrays.stream(method.getParameters()).anyMatch(BodyPresent::required)) {
            throw InputReader.malformed("there is none");
        }
    }

    private static boolean required(Parameter parameter) {
        return parameter.getType() == Input.class && !parameter.isAnnotationPresent(BodyOptional.class);
    }
}
