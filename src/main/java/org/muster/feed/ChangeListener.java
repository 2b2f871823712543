package org.muster.feed;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.muster.feed.Changes.Change;
import org.muster.feed.Changes.Cursor;
import org.muster.http.EventStream;
import org.muster.http.PageRequest;
import org.muster.http.ServerSentEvent;
import org.muster.limits.ConcurrencyLimits.Place;

/**
 * The listener of one stream, and its cursor. One that reads too slowly for its group stops following: it catches up by itself.
 */
final class ChangeListener {
    /** The maximum age of a stream. The client reconnects and is authenticated again. */
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private static final long RECONNECT_MILLIS = 2_000;

    private final Subscription subscription;
    private final EventStream stream;
    private volatile Optional<Place> place = Optional.empty();
    private volatile boolean following;
    private volatile boolean organizer;
    private volatile Cursor cursor;
    private volatile boolean ending;

    /**
     * What a listener follows, and its user.
     *
     * @param activity the only activity to follow, without users' ids; absent for the whole group
     * @param mayOrganize reads whether the user is an organizer; empty if the user has no access
     * @param session the hash of the token of the user's session
     */
    record Subscription(
            UUID group,
            Optional<UUID> activity,
            UUID user,
            Supplier<Optional<Boolean>> mayOrganize,
            ByteBuffer session) {}

    ChangeListener(Subscription subscription, boolean organizer, Cursor cursor, EventStream stream) {
        this.subscription = subscription;
        this.organizer = organizer;
        this.cursor = cursor;
        this.stream = stream;
        stream.send(new ServerSentEvent()
                .comment("following")
                .id(PageRequest.cursor(cursor.toString()))
                .retry(RECONNECT_MILLIS));
    }

    UUID group() {
        return subscription.group();
    }

    UUID user() {
        return subscription.user();
    }

    /** Takes this place until it is closed. */
    void occupy(Place taken) {
        place = Optional.of(taken);
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

    /** Checks the user's access, and closes the stream if there is none, unless it is about to end. */
    void checkAccess() {
        if (ending) {
            return;
        }
        var may = subscription.mayOrganize().get();
        may.ifPresentOrElse(is -> organizer = is, this::close);
    }

    /** The hash of the token of the user's session. */
    ByteBuffer session() {
        return subscription.session();
    }

    boolean closed() {
        return stream.closed() || stream.olderThan(LIFETIME);
    }

    /** Whether it is served together with the other listeners of its group; if not, it has to catch up. */
    boolean following() {
        return following;
    }

    /** Has it served together with the others. */
    void follow() {
        following = true;
    }

    /** Has this run when the client has been sent all changes that are queued. */
    void whenSent(Runnable action) {
        stream.whenEmpty(action);
    }

    /**
     * Queues a change, unless it was queued before or the user may not see it. If too many are queued, the change is dropped and the
     * listener stops following.
     *
     * @return whether it has stopped following
     */
    synchronized boolean add(Change change) {
        if (change.cursor().compareTo(cursor) <= 0) {
            return false;
        }
        if (stream.full()) {
            following = false;
            return true;
        }
        cursor = change.cursor();
        var another = subscription.activity().isPresent()
                && !subscription.activity().equals(change.activity())
                && !change.groupDeleted();
        if (!another && (organizer || !change.forOrganizers())) {
            stream.send(new ServerSentEvent()
                    .id(PageRequest.cursor(change.cursor().toString()))
                    .name("change")
                    .data(change.json(subscription.activity().isEmpty()).toString()));
        }
        if (change.groupDeleted()) {
            ending = true;
            stream.whenEmpty(stream::close);
        }
        return false;
    }

    /** Sends a comment, so that both ends detect a lost connection. */
    void heartbeat() {
        if (stream.empty()) {
            stream.send(new ServerSentEvent().comment("alive"));
        }
    }

    /** Sends a comment even if the client has not read the last: if it is gone, the stream closes. */
    void probe() {
        if (!stream.full()) {
            stream.send(new ServerSentEvent().comment("alive"));
        }
    }

    void close() {
        stream.close();
        place.ifPresent(Place::close);
    }
}
