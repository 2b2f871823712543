package org.muster.operator;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.muster.http.EventStream;
import org.muster.http.ServerSentEvent;

/**
 * An operator who receives the status as server-sent events while signed in. A subscriber that is too slow for an update gets the
 * complete status next.
 */
final class StatusSubscriber {
    /** The stream is closed after this time, so that the client reconnects and its token is verified again. */
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final long RECONNECT_MILLIS = 500;

    private final EventStream stream;
    private final BooleanSupplier signedIn;
    private boolean behind = true;

    StatusSubscriber(EventStream stream, BooleanSupplier signedIn) {
        this.stream = stream;
        this.signedIn = signedIn;
    }

    boolean closed() {
        return stream.closed() || stream.olderThan(MAX_AGE) || !signedIn.getAsBoolean();
    }

    /**
     * Sends an update.
     *
     * @param complete the complete status, for a subscriber that has missed an update
     */
    void send(String update, Supplier<String> complete) {
        if (!stream.empty()) {
            behind = true;
            return;
        }
        stream.send(behind ? event("whole", complete.get()) : event("news", update));
        behind = false;
    }

    private static ServerSentEvent event(String name, String data) {
        return new ServerSentEvent().retry(RECONNECT_MILLIS).name(name).data(data);
    }

    void close() {
        stream.close();
    }
}
