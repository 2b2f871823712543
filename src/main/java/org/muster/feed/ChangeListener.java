package org.muster.feed;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.muster.feed.Changes.Change;
import org.muster.feed.Changes.Cursor;
import org.muster.http.EventStream;
import org.muster.http.PageRequest;

/**
 * The listener of one stream: its cursor, and the events that are queued for it.
 */
final class ChangeListener {
    /** A listener with more queued events is disconnected; it resumes when it reconnects. */
    private static final int MAX_BACKLOG = 1_000;
    /** The maximum age of a stream. The client reconnects and is authenticated again. */
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private static final long RECONNECT_MILLIS = 2_000;
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);

    private final Subscription subscription;
    private final EventStream stream;
    private final Sse sse;
    private final Queue<OutboundSseEvent> backlog = new ArrayDeque<>();
    private boolean sending;
    private volatile boolean organizer;
    private volatile Cursor cursor;

    /**
     * What a listener follows, and its user.
     *
     * @param activity the only activity to follow, without users' ids; absent for the whole group
     * @param mayOrganize reads whether the user is an organizer; empty if the user has no access
     */
    record Subscription(UUID group, Optional<UUID> activity, UUID user, Supplier<Optional<Boolean>> mayOrganize) {}

    ChangeListener(Subscription subscription, boolean organizer, Cursor cursor, EventStream stream, Sse sse) {
        this.subscription = subscription;
        this.organizer = organizer;
        this.cursor = cursor;
        this.stream = stream;
        this.sse = sse;
        backlog.add(sse.newEventBuilder()
                .reconnectDelay(RECONNECT_MILLIS)
                .comment("following")
                .id(PageRequest.cursor(cursor.toString()))
                .build());
    }

    UUID group() {
        return subscription.group();
    }

    /** The cursor of the last change that was queued. */
    Cursor cursor() {
        return cursor;
    }

    /** Checks the user's access if this change may have ended it. */
    void checkAccess(Change change) {
        var membership = change.kind().equals("member") && change.entity().equals(subscription.user());
        var plan = change.kind().equals("activity") && subscription.activity().equals(change.activity());
        if (membership || plan) {
            checkAccess();
        }
    }

    /** Checks the user's access, and closes the stream if there is none. */
    void checkAccess() {
        var may = subscription.mayOrganize().get();
        may.ifPresentOrElse(is -> organizer = is, this::close);
    }

    boolean closed() {
        return stream.closed() || stream.olderThan(LIFETIME);
    }

    /** Queues a change, unless it was queued before or the user may not see it. */
    synchronized void add(Change change) {
        if (change.cursor().compareTo(cursor) <= 0) {
            return;
        }
        cursor = change.cursor();
        var another =
                subscription.activity().isPresent() && !subscription.activity().equals(change.activity());
        if (another || change.forOrganizers() && !organizer) {
            return;
        }
        if (backlog.size() >= MAX_BACKLOG) {
            close();
            return;
        }
        backlog.add(sse.newEventBuilder()
                .id(PageRequest.cursor(change.cursor().toString()))
                .name("change")
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(
                        String.class,
                        change.json(subscription.activity().isEmpty()).toString())
                .build());
    }

    /** Queues a comment, so that both ends detect a lost connection. */
    synchronized void heartbeat() {
        if (backlog.isEmpty()) {
            backlog.add(sse.newEventBuilder().comment("alive").build());
        }
    }

    /** Sends the queued events on another thread, in order. */
    synchronized void deliver(Executor senders) {
        if (!sending && !backlog.isEmpty()) {
            sending = true;
            senders.execute(this::send);
        }
    }

    private void send() {
        for (var event = next(); event != null; event = next()) {
            stream.send(event, SEND_TIMEOUT);
        }
    }

    private synchronized OutboundSseEvent next() {
        var event = stream.closed() ? null : backlog.poll();
        sending = event != null;
        return event;
    }

    void close() {
        stream.close();
    }
}
