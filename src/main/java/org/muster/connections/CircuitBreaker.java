package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of the database by the last attempts to reach it. Closed: connections can be opened. Open: the last
 * attempt failed, and one caller at a time tries again, less and less often; when that has not helped for a while, nobody
 * does but one probe at a time, so that all others are told at once.
 */
public final class CircuitBreaker {
    /** One attempt follows another after this part of the time that the outage has lasted. */
    private static final int PAUSE = 4;

    private final Object changed = new Object();
    private volatile Outage outage;
    private volatile Outage last;
    private volatile long lastSuccess;
    private volatile long suspectSince = System.nanoTime();
    private volatile long silentSince = System.nanoTime();
    private volatile int waiting;

    /**
     * Why connections cannot be opened.
     *
     * @param state what the failure means
     * @param code its SQLSTATE
     * @param reason one line for the operator, without secrets
     * @param since when the first attempt failed, as {@link System#nanoTime}
     * @param tried when the last one did
     */
    public record Outage(SqlState state, String code, String reason, long since, long tried) {
        /** How long it has lasted. */
        public Duration age() {
            return Duration.ofNanos(System.nanoTime() - since);
        }

        /** How long ago somebody tried. */
        public Duration untried() {
            return Duration.ofNanos(System.nanoTime() - tried);
        }

        /** Whether it has lasted longer than callers are made to wait for its end. */
        public boolean known() {
            return switch (state) {
                case LOST, UNAVAILABLE -> age().compareTo(GuardedPool.RIDE_OUT) >= 0;
                default -> true;
            };
        }

        /**
         * Whether a caller may try again, while it is not yet known: at once at first, as if it had met a single loss, then
         * after ever longer pauses.
         */
        boolean due() {
            return !known() && untried().multipliedBy(PAUSE).compareTo(age()) >= 0;
        }

        /** As what a caller gets who wants a connection now. */
        SQLException refusal() {
            return new SQLException(reason, code);
        }
    }

    /** The outage that is going on, if there is one. */
    public Optional<Outage> outage() {
        return Optional.ofNullable(outage);
    }

    /** The last one, whether it is over or not. */
    public Optional<Outage> lastOutage() {
        return Optional.ofNullable(last);
    }

    /** When the database last opened a connection, answered, or was done with a request; absent if never. */
    public Optional<Instant> lastSuccess() {
        return lastSuccess == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastSuccess));
    }

    /** The database has answered. */
    void heard() {
        lastSuccess = System.currentTimeMillis();
    }

    /** A connection could be opened: the outage, if there was one, is over. */
    void succeeded() {
        heard();
        if (outage != null) {
            synchronized (changed) {
                outage = null;
                changed.notifyAll();
            }
        }
    }

    /**
     * A connection could not be opened.
     *
     * @param since when that was tried first, as {@link System#nanoTime}
     */
    public void failed(SQLException failure, long since) {
        var code = SqlState.codeIn(failure);
        synchronized (changed) {
            var begun = outage == null ? since : outage.since;
            outage = new Outage(SqlState.of(code), code, line(failure), begun, System.nanoTime());
            last = outage;
            changed.notifyAll();
        }
        suspect();
    }

    /** A connection was lost: others may be, and have to show that they are not before they are used. */
    public void suspect() {
        suspectSince = System.nanoTime();
    }

    /** A connection did not answer at all: none that has not answered since is worth waiting for. */
    void silent() {
        silentSince = System.nanoTime();
    }

    /** Whether a connection that answered at this time, as {@link System#nanoTime}, has to answer again before use. */
    boolean suspects(long answered) {
        return answered - suspectSince <= 0;
    }

    /** Whether a connection that answered at this time is to be given up without being asked. */
    boolean givesUp(long answered) {
        return answered - silentSince <= 0;
    }

    /** Waits until something is known anew, or a connection is back, or this time is over. */
    void await(Duration atMost) throws InterruptedException {
        synchronized (changed) {
            waiting++;
            try {
                changed.wait(Math.max(1, atMost.toMillis()));
            } finally {
                waiting--;
            }
        }
    }

    /** A connection is back in the pool: somebody may wait for one because none can be opened. */
    void returned() {
        if (waiting > 0) {
            synchronized (changed) {
                changed.notifyAll();
            }
        }
    }

    private static String line(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
