package org.muster.http;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/**
 * Refuses a request without a body where the resource method reads one: JAX-RS would hand it null. And one that says
 * beforehand that its body is larger than the method takes.
 */
@Provider
public class BodyPresent implements ContainerRequestFilter {
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        var method = resource.getResourceMethod();
        if (method == null) {
            return;
        }
        var limit = method.getAnnotation(BodyLimit.class);
        var mebibytes = limit == null ? InputReader.MEBIBYTES : limit.value();
        var length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) > (long) mebibytes << 20) {
            throw InputReader.tooLarge(mebibytes);
        }
        if (method.isAnnotationPresent(Consumes.class) && !request.hasEntity()) {
            throw InputReader.malformed("there is none");
        }
    }
}
