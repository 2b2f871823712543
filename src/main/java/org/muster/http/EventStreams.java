package org.muster.http;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes event streams, and has threads that write them. Payara and WildFly never block a writing thread; Open Liberty does while a reader
 * does not read, until its {@code writeTimeout}, although the stream has a {@link jakarta.servlet.WriteListener}.
 */
@ApplicationScoped
public class EventStreams {
    /** With more blocked readers than this, those who send wait too. */
    private static final int MAX_THREADS = 32;

    private static final long IDLE_SECONDS = 10;

    @Resource
    ManagedThreadFactory threads;

    private ThreadPoolExecutor writers;

    @PostConstruct
    void start() {
        writers = new ThreadPoolExecutor(
                0,
                MAX_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                threads,
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    @PreDestroy
    void stop() {
        writers.shutdownNow();
    }

    /**
     * Makes the stream of a request, which is opened when the resource method has returned {@link EventStream#response}.
     *
     * @param request the servlet request, because JAX-RS reports a HEAD as a GET
     */
    public EventStream streamFor(HttpServletRequest request) {
        var stream = new EventStream(writers);
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            stream.close();
        } else {
            stream.attachTo(request);
        }
        return stream;
    }
}
