package org.muster.database;

import java.time.Duration;
import java.util.Optional;

/**
 * What the client whose request this thread serves has seen of the database: it must see that again, also where a replica answers. Bound to
 * the thread, because the models that run statements know of no request.
 */
public final class Consistency {
    /** The token of a client that has written nothing. */
    public static final String NOTHING = "0";

    private static final ThreadLocal<Consistency> CURRENT = new ThreadLocal<>();

    private final String seen;
    private boolean replicas;
    private boolean readOnReplica;
    private final Listener listener;
    private String pending;

    /** Learns what the client must be told. */
    public interface Listener {
        /** @param transaction the token of what the request has written, an {@code xid8} */
        void written(String transaction);

        /** @param age of what was read, because the primary cannot be asked */
        void stale(Duration age);
    }

    private Consistency(String seen, boolean replicas, Listener listener) {
        this.seen = seen;
        this.replicas = replicas;
        this.listener = listener;
    }

    /**
     * Begins a request, until {@link #end}.
     *
     * @param seen the latest token that the client has; {@link #NOTHING} if it has none
     * @param replicas whether replicas may answer
     */
    public static void begin(String seen, boolean replicas, Listener listener) {
        CURRENT.set(new Consistency(seen, replicas, listener));
    }

    /** Ends the request of this thread. */
    public static void end() {
        CURRENT.remove();
    }

    /** Has the request of this thread read on the primary from now on, and returns whether it has read on a replica before. */
    public static boolean leaveReplicas() {
        var current = CURRENT.get();
        if (current == null || !current.readOnReplica) {
            return false;
        }
        current.replicas = false;
        current.readOnReplica = false;
        return true;
    }

    /** Of the request that this thread serves; empty if it serves none. */
    static Optional<Consistency> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Notes that a transaction was committed in this thread. */
    static void committed() {
        var current = CURRENT.get();
        if (current != null && current.pending != null) {
            current.listener.written(current.pending);
            current.pending = null;
        }
    }

    /** Whether replicas may answer. */
    boolean allowsReplicas() {
        return replicas;
    }

    String seen() {
        return seen;
    }

    /** Notes the transaction that this request writes in. */
    void writes(String transaction) {
        pending = transaction;
    }

    /** Notes that a replica has answered, as if it were the primary. */
    void readOnReplica() {
        readOnReplica = true;
    }

    void stale(Duration age) {
        listener.stale(age);
    }
}
