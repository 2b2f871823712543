package org.muster.database;

import java.time.Duration;
import java.util.Optional;

/**
 * What the client whose request this thread serves has seen of the database: it must see that again, also where a replica answers. Bound to
 * the thread, because the models that run statements know of no request.
 */
public final class Consistency {
    private static final ThreadLocal<Consistency> CURRENT = new ThreadLocal<>();

    private final Seen seen;
    private final boolean safe;
    private final Listener listener;
    private boolean onReplicas;
    private boolean readOnReplica;
    private long replayed;
    private String pending;

    /** Learns what the client must be told. */
    public interface Listener {
        /** @param token for what the request has written or seen: an {@code xid8}, or the cursor of a change */
        void seen(String token);

        /** @param age of what was read, because the primary cannot be asked */
        void stale(Duration age);
    }

    private Consistency(Seen seen, boolean safe, Listener listener) {
        this.seen = seen;
        this.safe = safe;
        this.onReplicas = safe;
        this.listener = listener;
    }

    /**
     * Begins a request, until {@link #end}.
     *
     * @param seen what the client has seen before
     * @param safe whether the request only reads, so that replicas may answer
     */
    public static void begin(Seen seen, boolean safe, Listener listener) {
        CURRENT.set(new Consistency(seen, safe, listener));
    }

    /** Ends the request of this thread. */
    public static void end() {
        CURRENT.remove();
    }

    /** Notes that the client of this thread's request is told about changes from this cursor on. */
    public static void follows(String cursor) {
        current().ifPresent(client -> client.listener.seen(cursor));
    }

    /** Has the request of this thread read on the primary from now on, and returns whether it has read on a replica before. */
    public static boolean leaveReplicas() {
        var client = CURRENT.get();
        if (client == null || !client.readOnReplica) {
            return false;
        }
        client.leave();
        client.readOnReplica = false;
        return true;
    }

    /** Of the request that this thread serves; empty if it serves none. */
    static Optional<Consistency> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Notes that a transaction was committed in this thread. */
    static void committed() {
        var client = CURRENT.get();
        if (client != null && client.pending != null) {
            client.listener.seen(client.pending);
            client.pending = null;
        }
    }

    /** Whether the request only reads. */
    boolean isSafe() {
        return safe;
    }

    /** Whether replicas may answer as if they were the primary. */
    boolean readsOnReplicas() {
        return onReplicas;
    }

    /** Has all further statements read on the primary: what it says is newer than what a replica might. */
    void leave() {
        onReplicas = false;
    }

    Seen seen() {
        return seen;
    }

    /** The position in the log that has been read: another replica must not be behind it. */
    long replayed() {
        return replayed;
    }

    /** Notes that a replica at this position has answered as if it were the primary. */
    void readAt(long position) {
        readOnReplica = true;
        replayed = position;
    }

    /** Notes the transaction that this request writes in. */
    void writes(String transaction) {
        pending = transaction;
    }

    void stale(Duration age) {
        listener.stale(age);
    }
}
