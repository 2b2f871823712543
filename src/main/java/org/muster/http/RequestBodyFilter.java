package org.muster.http;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * Rejects a request without a body if the resource method requires one; JAX-RS would pass null. Rejects a request
 * whose Content-Length exceeds the method's limit, or whose encoding is unknown.
 */
public final class RequestBodyFilter implements ContainerRequestFilter {
    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

    private final int mebibytes;
    private final boolean takesBody;
    private final boolean needsBody;

    RequestBodyFilter(ResourceInfo resource) {
        var method = resource.getResourceMethod();
        mebibytes = maxMebibytes(resource);
        takesBody = method.isAnnotationPresent(Consumes.class);
        needsBody = takesBody
                && Arrays.stream(method.getParameters())
                        .noneMatch(parameter -> parameter.isAnnotationPresent(OptionalBody.class));
    }

    @Override
    public void filter(ContainerRequestContext request) {
        var length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) > (long) mebibytes << 20) {
            throw LimitedInputStream.tooLarge(mebibytes);
        }
        if (takesBody) {
            requireDecoder(request.getHeaderString(HttpHeaders.CONTENT_ENCODING));
        }
        if (needsBody && !request.hasEntity()) {
            throw JsonInputReader.malformed("the body is empty");
        }
    }

    private static void requireDecoder(String encoding) {
        if (encoding != null
                && !encoding.isBlank()
                && !encoding.strip().equalsIgnoreCase("identity")
                && !compressed(encoding)) {
            throw Problem.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "The Content-Encoding of a body must be gzip, or absent.")
                    .header(HttpHeaders.ACCEPT_ENCODING, "gzip");
        }
    }

    /** Whether this value of {@code Content-Encoding}, which may be null, is the one that Muster can decode. */
    static boolean compressed(String encoding) {
        return encoding != null && GZIP.contains(encoding.strip().toLowerCase(Locale.ROOT));
    }

    /** The maximum size of a body for the matched method, in MiB. */
    public static int maxMebibytes(ResourceInfo resource) {
        var method = resource.getResourceMethod();
        var limit = method == null ? null : method.getAnnotation(BodyLimit.class);
        return limit == null ? JsonInputReader.MAX_MEBIBYTES : limit.value();
    }
}
