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
 * Somebody who watches over an open connection, for as long as they are signed in. Who is too slow for an event gets the
 * whole again after it.
 */
final class StatusSubscriber {
    /** Then it is cut off, and the database is asked whether the token still counts when it comes back. */
    private static final Duration LIFE = Duration.ofMinutes(5);

    private static final long RECONNECT_MILLIS = 500;
    private static final Duration SENDING = Duration.ofSeconds(10);

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
        return stream.closed() || stream.olderThan(LIFE) || !signedIn.getAsBoolean();
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
        stream.send(event, SENDING);
        synchronized (this) {
            sending = false;
        }
    }

    void close() {
        stream.close();
    }
}
