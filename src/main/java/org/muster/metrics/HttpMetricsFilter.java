package org.muster.metrics;

import io.micrometer.core.instrument.Timer;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures the duration of requests by method, route and status. A route is a path template such as {@code groups/{group}}. */
@Provider
@PreMatching
@Priority(0)
public class HttpMetricsFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String START = HttpMetricsFilter.class.getName();
    private static final Duration[] BUCKETS = Stream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    @Inject
    Metrics metrics;

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(START, System.nanoTime());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        metrics.recordStatus(response.getStatus());
        if (request.getProperty(START) instanceof Long since) {
            Timer.builder("http.server.requests")
                    .tag("method", method(request.getMethod()))
                    .tag("uri", route())
                    .tag("status", String.valueOf(response.getStatus()))
                    .serviceLevelObjectives(BUCKETS)
                    .register(metrics.registry())
                    .record(Duration.ofNanos(System.nanoTime() - since));
        }
    }

    /** Maps unknown methods to one value: otherwise clients could create any number of meters. */
    private static String method(String name) {
        return switch (name) {
            case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> name;
            default -> "OTHER";
        };
    }

    private String route() {
        var method = resource.getResourceMethod();
        if (method == null) {
            return "NONE";
        }
        return Stream.of(resource.getResourceClass().getAnnotation(Path.class), method.getAnnotation(Path.class))
                .filter(path -> path != null)
                .map(Path::value)
                .collect(Collectors.joining("/", "/api/v1/", ""));
    }
}
