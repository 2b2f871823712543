package org.muster.feed;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.muster.feed.Changes.Change;
import org.muster.feed.Changes.Cursor;
import org.muster.http.Page;

/** Somebody who follows a group over an open connection: how far they are, and what has still to be sent to them. */
final class Listener {
    /** Who has not read so many is cut off, and comes back to where they were. */
    private static final int BACKLOG = 1_000;
    /** Then it is cut off, and whether the token still counts is looked at when it comes back. */
    private static final long LIFE = TimeUnit.MINUTES.toNanos(30);

    private static final long RECONNECT_MILLIS = 2_000;
    private static final int SEND_SECONDS = 30;

    private final UUID group;
    private final UUID user;
    private final SseEventSink sink;
    private final Sse sse;
    private final long since = System.nanoTime();
    private final Queue<OutboundSseEvent> backlog = new ArrayDeque<>();
    private boolean sending;
    private volatile boolean organizer;
    private volatile Cursor cursor;

    Listener(UUID group, UUID user, boolean organizer, Cursor cursor, SseEventSink sink, Sse sse) {
        this.group = group;
        this.user = user;
        this.organizer = organizer;
        this.cursor = cursor;
        this.sink = sink;
        this.sse = sse;
        backlog.add(sse.newEventBuilder()
                .reconnectDelay(RECONNECT_MILLIS)
                .comment("following")
                .build());
    }

    UUID group() {
        return group;
    }

    UUID user() {
        return user;
    }

    /** The last change that was queued for them. */
    Cursor cursor() {
        return cursor;
    }

    boolean organizer() {
        return organizer;
    }

    void organizer(boolean is) {
        organizer = is;
    }

    boolean closed() {
        return sink.isClosed() || System.nanoTime() - since > LIFE;
    }

    /** Queues a change, unless they have had it or may not see it. */
    synchronized void add(Change change) {
        if (change.cursor().compareTo(cursor) <= 0) {
            return;
        }
        cursor = change.cursor();
        if (change.forOrganizers() && !organizer) {
            return;
        }
        if (backlog.size() >= BACKLOG) {
            close();
            return;
        }
        backlog.add(sse.newEventBuilder()
                .id(Page.cursor(change.cursor().toString()))
                .name("change")
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(String.class, change.json().toString())
                .build());
    }

    /** A sign of life, so that both ends notice when the connection is gone. */
    synchronized void heartbeat() {
        if (backlog.isEmpty()) {
            backlog.add(sse.newEventBuilder().comment("alive").build());
        }
    }

    /** Has somebody send what is queued; one at a time, in order. */
    synchronized void deliver(Executor senders) {
        if (!sending && !backlog.isEmpty()) {
            sending = true;
            senders.execute(this::send);
        }
    }

    private void send() {
        for (var event = next(); event != null; event = next()) {
            try {
                sink.send(event).toCompletableFuture().get(SEND_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException | IllegalStateException gone) {
                close();
            } catch (InterruptedException stopping) {
                close();
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized OutboundSseEvent next() {
        var event = sink.isClosed() ? null : backlog.poll();
        sending = event != null;
        return event;
    }

    void close() {
        try {
            sink.close();
        } catch (RuntimeException gone) {
            // Then it is closed.
        }
    }
}
