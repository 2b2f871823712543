package org.muster.http;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;

/**
 * Rejects a request without a body if the resource method requires one; JAX-RS would pass null. Rejects a request
 * whose Content-Length exceeds the method's limit.
 */
public final class RequestBodyFilter implements ContainerRequestFilter {
    private final int mebibytes;
    private final boolean needsBody;

    RequestBodyFilter(ResourceInfo resource) {
        var method = resource.getResourceMethod();
        mebibytes = maxMebibytes(resource);
        needsBody = method.isAnnotationPresent(Consumes.class)
                && Arrays.stream(method.getParameters())
                        .noneMatch(parameter -> parameter.isAnnotationPresent(OptionalBody.class));
    }

    @Override
    public void filter(ContainerRequestContext request) {
        var length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) > (long) mebibytes << 20) {
            throw LimitedInputStream.tooLarge(mebibytes);
        }
        if (needsBody && !request.hasEntity()) {
            throw JsonInputReader.malformed("the body is empty");
        }
    }

    /** The maximum size of a body for the matched method, in MiB. */
    public static int maxMebibytes(ResourceInfo resource) {
        var method = resource.getResourceMethod();
        var limit = method == null ? null : method.getAnnotation(BodyLimit.class);
        return limit == null ? JsonInputReader.MAX_MEBIBYTES : limit.value();
    }
}
