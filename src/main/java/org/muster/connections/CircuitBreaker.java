package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Refuses new connections while the database is unreachable. Closed: connections can be opened. Open: the last attempt failed,
 * and one caller at a time tries again, at growing intervals; once the outage is confirmed only the monitor's probe does, and
 * all callers fail at once.
 */
public final class CircuitBreaker {
    /** Borrowers wait this long for the end of an outage before they fail. A database restart usually takes less. */
    public static final Duration OUTAGE_TOLERANCE = Duration.ofMillis(1_500);

    /** So long if there are standbys, one of which may be about to become the primary. */
    private static final Duration FAIL_OVER_TOLERANCE = Duration.ofSeconds(10);

    /** An attempt may follow the last one after this fraction of the time that the outage has lasted. */
    private static final int RETRY_FRACTION = 4;

    private final Object changed = new Object();
    private volatile Outage outage;
    private volatile Outage last;
    private volatile long lastSuccess;
    private volatile long openedAt = System.nanoTime();
    private volatile long lossAt = System.nanoTime();
    private volatile long silenceAt = System.nanoTime();
    private volatile int waiting;

    /**
     * Why connections cannot be opened.
     *
     * @param state what the failure means
     * @param code its SQLSTATE; null if it has none
     * @param reason one line for the operator, without secrets
     * @param since when the first failed attempt began, as {@link System#nanoTime}
     * @param tried when the last attempt failed, as {@link System#nanoTime}
     */
    public record Outage(SqlState state, String code, String reason, long since, long tried) {
        /** How long it has lasted. */
        public Duration age() {
            return Duration.ofNanos(System.nanoTime() - since);
        }

        /** How long ago the last attempt failed. */
        public Duration sinceLastAttempt() {
            return Duration.ofNanos(System.nanoTime() - tried);
        }

        /** Whether it is a fail-over that has not taken too long: there are standbys, but no primary. Who has time waits for its end. */
        public boolean failingOver() {
            return reason.contains(Servers.STANDBY) && age().compareTo(FAIL_OVER_TOLERANCE) < 0;
        }

        /**
         * How much longer borrowers wait for its end; not positive if they do not.
         *
         * @param patient whether it is worth waiting for a fail-over
         */
        Duration remainingTolerance(boolean patient) {
            return (patient && failingOver() ? FAIL_OVER_TOLERANCE : OUTAGE_TOLERANCE).minus(age());
        }

        /** Whether it is no hiccup: callers no longer wait for its end, unless it is a fail-over. */
        public boolean confirmed() {
            return switch (state) {
                case LOST, UNAVAILABLE -> age().compareTo(OUTAGE_TOLERANCE) >= 0;
                default -> true;
            };
        }

        /** Whether one caller may try now: at once, then after a quarter of the outage's age; never once it is confirmed. */
        boolean retryDue() {
            return !confirmed()
                    && sinceLastAttempt().multipliedBy(RETRY_FRACTION).compareTo(age()) >= 0;
        }

        /** The exception for a caller that wants a connection now. */
        SQLException refusal() {
            return new SQLException(reason, code);
        }
    }

    /** The outage that is going on, if there is one. */
    public Optional<Outage> outage() {
        return Optional.ofNullable(outage);
    }

    /** The last outage, whether it is over or not. */
    public Optional<Outage> lastOutage() {
        return Optional.ofNullable(last);
    }

    /** When the database last opened a connection, answered, or served a borrower; absent if never. */
    public Optional<Instant> lastSuccess() {
        return lastSuccess == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastSuccess));
    }

    /** Records that the database has answered. */
    void recordAnswer() {
        lastSuccess = System.currentTimeMillis();
    }

    /** Records that a connection was opened: the outage, if there was one, is over. */
    void recordSuccess() {
        recordAnswer();
        openedAt = System.nanoTime();
        if (outage != null) {
            synchronized (changed) {
                outage = null;
                changed.notifyAll();
            }
        }
    }

    /**
     * Records that an attempt to open a connection failed, unless another that ended later has succeeded.
     *
     * @param since when the attempt began, as {@link System#nanoTime}
     * @return whether it was recorded
     */
    boolean recordFailedAttempt(SQLException failure, long since) {
        synchronized (changed) {
            if (openedAt - since > 0) {
                return false;
            }
            recordFailure(failure, since);
            return true;
        }
    }

    /**
     * Records that no connection can be opened.
     *
     * @param since when the attempt began, as {@link System#nanoTime}
     */
    public void recordFailure(SQLException failure, long since) {
        var tried = System.nanoTime();
        var code = SqlState.codeIn(failure);
        synchronized (changed) {
            var begun = outage == null ? since : outage.since;
            outage = new Outage(SqlState.of(code), code, SqlState.firstLine(failure), begun, tried);
            last = outage;
            changed.notifyAll();
        }
        recordLoss();
    }

    /** Records that a connection was lost: all others must answer before their next use. */
    public void recordLoss() {
        lossAt = System.nanoTime();
    }

    /** Records that a connection did not answer in time: connections that have not answered since are presumed dead. */
    void recordSilence() {
        silenceAt = System.nanoTime();
    }

    /** Whether a connection that answered at this time, as {@link System#nanoTime}, must answer again before its next use. */
    boolean requiresProof(long answeredAt) {
        return answeredAt - lossAt <= 0;
    }

    /** Whether a connection that answered at this time, as {@link System#nanoTime}, is given up without being asked. */
    boolean presumesDead(long answeredAt) {
        return answeredAt - silenceAt <= 0;
    }

    /** Waits until an attempt has shown something, a connection was returned, or this time is over. */
    void awaitChange(Duration atMost) throws InterruptedException {
        synchronized (changed) {
            waiting++;
            try {
                changed.wait(Math.max(1, atMost.toMillis()));
            } finally {
                waiting--;
            }
        }
    }

    /** Tells those who wait that a connection was returned to the pool. */
    void connectionReturned() {
        if (waiting > 0) {
            synchronized (changed) {
                changed.notifyAll();
            }
        }
    }
}
