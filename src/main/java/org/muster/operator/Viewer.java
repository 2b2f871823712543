package org.muster.operator;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Somebody who watches over an open connection. Who is too slow for an event gets the whole again after it. */
final class Viewer {
    /** Then it is cut off, and whether the token still counts is looked at when it comes back. */
    private static final long LIFE = TimeUnit.MINUTES.toNanos(5);

    private static final long RECONNECT_MILLIS = 500;
    private static final int SEND_SECONDS = 10;

    private final SseEventSink sink;
    private final Sse sse;
    private final long since = System.nanoTime();
    private boolean sending;
    private boolean behind = true;

    Viewer(SseEventSink sink, Sse sse) {
        this.sink = sink;
        this.sse = sse;
    }

    boolean closed() {
        return sink.isClosed() || System.nanoTime() - since > LIFE;
    }

    /**
     * Has somebody send what is new.
     *
     * @param whole for one who has not had what came before
     */
    synchronized void show(String news, Supplier<String> whole, Executor senders) {
        if (sending) {
            behind = true;
            return;
        }
        var event = behind ? event("whole", whole.get()) : event("news", news);
        behind = false;
        sending = true;
        senders.execute(() -> send(event));
    }

    private OutboundSseEvent event(String name, String data) {
        return sse.newEventBuilder()
                .name(name)
                .reconnectDelay(RECONNECT_MILLIS)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(String.class, data)
                .build();
    }

    private void send(OutboundSseEvent event) {
        try {
            sink.send(event).toCompletableFuture().get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | IllegalStateException gone) {
            close();
        } catch (InterruptedException stopping) {
            close();
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            sending = false;
        }
    }

    void close() {
        try {
            sink.close();
        } catch (RuntimeException gone) {
            // Then it is closed.
        }
    }
}
