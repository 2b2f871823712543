package org.muster.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An open connection to which events are sent; closed from the beginning for a HEAD, which has none to wait for. */
public final class EventStream {
    private final SseEventSink sink;
    private final long since = System.nanoTime();

    /**
     * @param request the servlet's: JAX-RS calls a HEAD for which there is only a GET a GET
     */
    public EventStream(HttpServletRequest request, SseEventSink sink, Sse sse) {
        this.sink = sink;
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            // Of a stream that ends before it began, some servers say that it has no content: 204.
            sink.send(sse.newEventBuilder().comment("").build());
            close();
        }
    }

    public boolean closed() {
        return sink.isClosed();
    }

    /** Whether it has been there for longer than this. */
    public boolean olderThan(Duration age) {
        return System.nanoTime() - since > age.toNanos();
    }

    /** Sends an event, and closes the stream if that cannot be done in this time. */
    public void send(OutboundSseEvent event, Duration atMost) {
        try {
            sink.send(event).toCompletableFuture().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException | IllegalStateException gone) {
            close();
        } catch (InterruptedException stopping) {
            close();
            Thread.currentThread().interrupt();
        }
    }

    public void close() {
        try {
            sink.close();
        } catch (RuntimeException gone) {
            // Then it is closed.
        }
    }
}
