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

/** A stream of server-sent events; closed from the start for a HEAD request. */
public final class EventStream {
    private final SseEventSink sink;
    private final long since = System.nanoTime();

    /**
     * @param request the servlet request, because JAX-RS reports a HEAD as a GET
     */
    public EventStream(HttpServletRequest request, SseEventSink sink, Sse sse) {
        this.sink = sink;
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            // Some servers answer 204 if the stream ends without an event.
            sink.send(sse.newEventBuilder().comment("").build());
            close();
        }
    }

    public boolean closed() {
        return sink.isClosed();
    }

    /** Whether the stream is older than this. */
    public boolean olderThan(Duration age) {
        return System.nanoTime() - since > age.toNanos();
    }

    /** Sends an event; closes the stream if that fails or takes longer than this. */
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
