package org.muster.http;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Rejects query parameters that the resource method does not declare, or that are repeated. */
@Provider
public class UnknownParameterFilter implements ContainerRequestFilter {
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        var given = request.getUriInfo().getQueryParameters();
        if (given.isEmpty() || resource.getResourceMethod() == null) {
            return;
        }
        var known = Arrays.stream(resource.getResourceMethod().getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(QueryParam.class))
                .map(parameter -> parameter.getAnnotation(QueryParam.class).value())
                .collect(Collectors.toSet());
        given.forEach((name, values) -> {
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
