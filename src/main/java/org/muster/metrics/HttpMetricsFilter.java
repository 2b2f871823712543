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
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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

    /** @param method the resource method; null if none matched */
    private record Series(Method method, String name, int status) {}

    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

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
            var series = new Series(resource.getResourceMethod(), known(request.getMethod()), response.getStatus());
            timers.computeIfAbsent(series, this::timer).record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(Series series) {
        return Timer.builder("http.server.requests")
                .tag("method", series.name)
                .tag("uri", route())
                .tag("status", String.valueOf(series.status))
                .serviceLevelObjectives(BUCKETS)
                .register(metrics.registry());
    }

    /** Maps unknown methods to one value: otherwise clients could create any number of meters. */
    private static String known(String name) {
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
