package org.muster.connections;

import java.net.SocketAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The register of the physical connections that are open, each with its session. */
public final class OpenConnections {
    private final Set<Session> open = ConcurrentHashMap.newKeySet();
    private final CircuitBreaker breaker;
    private volatile boolean closed;

    OpenConnections(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    void add(Session session) {
        open.add(session);
        if (closed) {
            session.close();
        }
    }

    void remove(Session session) {
        open.remove(session);
    }

    /** How many there are. */
    public int count() {
        open.removeIf(Session::isClosed);
        return open.size();
    }

    /** Whether the database accepts reads only: a connection was opened so, and the database has not said otherwise. */
    public boolean readOnlyDatabase() {
        return open.stream().anyMatch(Session::readOnlyDatabase);
    }

    /** Has the pool replace the connections that were opened while the database accepted reads only. */
    public void replaceReadOnly() {
        open.stream().filter(Session::readOnlyDatabase).forEach(Session::markLost);
        breaker.recordLoss();
    }

    /** The sessions that these threads used last, as PostgreSQL process ids. */
    public List<Integer> sessionsOf(Collection<Thread> threads) {
        return lastUsedBy(threads).stream().map(Session::backend).toList();
    }

    /**
     * Whether the databases at the other end of these threads' connections can be reached.
     *
     * @param timeout for each address
     */
    public boolean peersReachable(Collection<Thread> threads, Duration timeout) {
        List<SocketAddress> peers = lastUsedBy(threads).stream()
                .map(session -> session.socket().getRemoteSocketAddress())
                .distinct()
                .toList();
        return peers.stream().allMatch(peer -> Reachability.check(peer, timeout));
    }

    /** How long the last statement of this session may be on its way over a slow network. */
    public Duration transferTime(int session) {
        return open.stream()
                .filter(each -> each.backend() == session)
                .map(each -> each.socket().transferTime())
                .findAny()
                .orElse(Duration.ZERO);
    }

    /** Of each thread the connection that it used last. */
    private List<Session> lastUsedBy(Collection<Thread> threads) {
        return threads.stream()
                .flatMap(thread -> open.stream()
                        .filter(session -> session.lastUsedBy(thread))
                        .max(Comparator.comparingLong(Session::statementAt))
                        .stream())
                .toList();
    }

    /** Ends the connections of these sessions at once; a thread that waits for an answer on one gets an exception. */
    public void abort(Collection<Integer> sessions) {
        breaker.recordLoss();
        open.stream().filter(session -> sessions.contains(session.backend())).forEach(Session::abort);
    }

    /** Ends all connections at once; threads that wait for an answer get an exception. */
    public void abortAll() {
        breaker.recordSilence();
        open.forEach(Session::abort);
    }

    /**
     * Aborts connections with no call since this time, by the pool or a borrower: the pool has lost track of them.
     *
     * @param nanos as {@link System#nanoTime}
     */
    public void abortUncalledSince(long nanos) {
        open.stream().filter(session -> session.calledAt() - nanos < 0).forEach(Session::abort);
    }

    /** Closes all connections in order, also those that are still being opened. */
    public void close() {
        closed = true;
        open.forEach(Session::close);
    }

    /** Whether they were closed: Muster is stopping. */
    boolean closed() {
        return closed;
    }

    /** @throws SQLException with 57P01 if they were closed: Muster is stopping */
    void requireOpen() throws SQLException {
        if (closed) {
            throw new SQLException("Muster is stopping", "57P01");
        }
    }
}
