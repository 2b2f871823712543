package org.muster.http;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Rejects query parameters that the resource method does not declare, or that are repeated. */
final class UnknownParameterFilter implements ContainerRequestFilter {
    private final Set<String> known;

    UnknownParameterFilter(Method method) {
        known = Arrays.stream(method.getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(QueryParam.class))
                .map(parameter -> parameter.getAnnotation(QueryParam.class).value())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void filter(ContainerRequestContext request) {
        request.getUriInfo().getQueryParameters().forEach((name, values) -> {
            if (!known.contains(name)) {
                throw refused(
                        "is unknown; known parameters: " + (known.isEmpty() ? "none" : String.join(", ", known)), name);
            }
            if (values.size() > 1) {
                throw refused("must not be repeated", name);
            }
        });
    }

    private static Problem refused(String why, String name) {
        return Problem.of(ProblemType.INVALID_PARAMETER, "The query parameter '" + name + "' " + why + ".");
    }
}
