package org.muster.operator;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.muster.http.EventStream;

/**
 * An operator who receives the status as server-sent events while signed in. A subscriber that is too slow for an update gets the
 * complete status next.
 */
final class StatusSubscriber {
    /** The stream is closed after this time, so that the client reconnects and its token is verified again. */
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final long RECONNECT_MILLIS = 500;
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    private final EventStream stream;
    private final Sse sse;
    private final BooleanSupplier signedIn;
    private boolean sending;
    private boolean behind = true;

    StatusSubscriber(EventStream stream, Sse sse, BooleanSupplier signedIn) {
        this.stream = stream;
        this.sse = sse;
        this.signedIn = signedIn;
    }

    boolean closed() {
        return stream.closed() || stream.olderThan(MAX_AGE) || !signedIn.getAsBoolean();
    }

    /**
     * Sends an update.
     *
     * @param complete the complete status, for a subscriber that has missed an update
     * @param senders runs the sending, which may block
     */
    synchronized void send(String update, Supplier<String> complete, Executor senders) {
        if (sending) {
            behind = true;
            return;
        }
        var event = behind ? event("whole", complete.get()) : event("news", update);
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
        stream.send(event, SEND_TIMEOUT);
        synchronized (this) {
            sending = false;
        }
    }

    void close() {
        stream.close();
    }
}
