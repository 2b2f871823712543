package org.muster.connections;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.settings.Settings;

/** What a {@link GuardedPool} knows: who has connections, who waits, and whether connections can be opened. */
final class PoolState {
    private final Settings.Pool limits;
    private final CircuitBreaker breaker;
    private final Optional<ConnectionFactory> factory;
    private final PoolStatistics statistics;
    private final Semaphore permits;
    private final Leases leases = new Leases();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Semaphore trialWrite = new Semaphore(1);
    private volatile String waitingCommits;

    PoolState(Settings.Pool limits, CircuitBreaker breaker, Optional<ConnectionFactory> factory) {
        this.limits = limits;
        this.breaker = breaker;
        this.factory = factory;
        this.statistics = factory.map(ConnectionFactory::statistics).orElseGet(PoolStatistics::new);
        this.permits = new Semaphore(limits.max(), true);
    }

    /** Returns the number of open connections; 1 if the pool opens them itself, and only the pool knows. */
    int open() {
        return factory.map(opening -> opening.register().count()).orElse(1);
    }

    /** Returns whether a connection is open and not in use, as far as is known. */
    boolean hasIdle() {
        return factory.isEmpty() || open() > leases.count();
    }

    /** Returns whether a borrower that wants to open a connection would have to wait for others that do. */
    boolean openingSaturated() {
        return factory.map(ConnectionFactory::saturated).orElse(false);
    }

    /** Returns the outage in which no borrower gets a connection; empty if a connection is open, or the outage is not confirmed. */
    Optional<Outage> totalOutage() {
        return breaker.outage().filter(outage -> outage.confirmed() && open() == 0);
    }

    /** Returns the current figures. */
    PoolFigures figures() {
        var active = leases.count();
        var total = factory.map(opening -> opening.register().count()).orElse(active);
        return new PoolFigures(total, Math.min(active, total), waiting.get(), limits.min(), limits.max());
    }

    /** The number of callers that wait for a connection. */
    AtomicInteger waiting() {
        return waiting;
    }

    /** One permit for each connection that may be in use. */
    Semaphore permits() {
        return permits;
    }

    /** The permit of the one write that is let in while commits are not confirmed. */
    Semaphore trialWrite() {
        return trialWrite;
    }

    /** Why commits are not confirmed; empty if they are. */
    Optional<String> waitingCommits() {
        return Optional.ofNullable(waitingCommits);
    }

    void setWaitingCommits(String why) {
        waitingCommits = why;
    }

    Leases leases() {
        return leases;
    }

    Settings.Pool limits() {
        return limits;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /** The factory of the connections; empty if the pool opens them itself. */
    Optional<ConnectionFactory> factory() {
        return factory;
    }

    PoolStatistics statistics() {
        return statistics;
    }
}
