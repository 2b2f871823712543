package org.muster.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The history of the last 15 minutes, with one data point per second. Used by one thread. */
final class History {
    static final Duration LAST_MINUTE = Duration.ofMinutes(1);
    static final Duration LAST_QUARTER = Duration.ofMinutes(15);
    private static final int SECONDS = (int) LAST_QUARTER.toSeconds();
    /** The interval between the snapshots that are kept whole, as baselines: each is large. */
    private static final Duration BASELINE_INTERVAL = Duration.ofSeconds(15);

    private static final double P99 = 0.99;

    private final Deque<Second> seconds = new ArrayDeque<>();
    private final Deque<StatusSnapshot> baselines = new ArrayDeque<>();
    private StatusSnapshot begin;
    private int active;
    private int opening;
    private int waiting;

    /**
     * The data point of one second.
     *
     * @param end the end of the second, in seconds since 1970-01-01 UTC
     * @param active the maximum number of connections in use
     * @param idle the number of open connections that were never in use
     * @param opening the maximum number of connections being opened
     * @param waiting the maximum number of callers waiting for a connection
     * @param refused the number of requests answered with 503
     * @param acquire the 99th percentile of the time to get a connection, in seconds; {@code NaN} if no caller got one
     * @param use the 99th percentile of the time in use, in seconds; {@code NaN} if no connection was returned
     */
    record Second(long end, int active, int idle, int opening, int waiting, long refused, double acquire, double use) {}

    /** Adds the next snapshot. Returns whether it completed a data point. */
    boolean add(StatusSnapshot snapshot) {
        if (begin == null) {
            begin = snapshot;
            baselines.addLast(snapshot);
        }
        active = Math.max(active, snapshot.figures().active());
        opening = Math.max(opening, snapshot.opening());
        waiting = Math.max(waiting, snapshot.figures().waiting());
        if (snapshot.at().getEpochSecond() == begin.at().getEpochSecond()) {
            return false;
        }
        if (seconds.size() == SECONDS) {
            seconds.removeFirst();
        }
        seconds.addLast(new Second(
                snapshot.at().getEpochSecond(),
                active,
                Math.max(0, snapshot.figures().total() - active),
                opening,
                waiting,
                snapshot.counts().since(begin.counts()).refused(),
                snapshot.waits().since(begin.waits()).quantile(P99),
                snapshot.uses().since(begin.uses()).quantile(P99)));
        addBaseline(snapshot);
        begin = snapshot;
        active = 0;
        opening = 0;
        waiting = 0;
        return true;
    }

    private void addBaseline(StatusSnapshot snapshot) {
        if (!baselines.getLast().at().plus(BASELINE_INTERVAL).isAfter(snapshot.at())) {
            baselines.addLast(snapshot);
        }
        while (baselines.size() > 1
                && baselines
                        .getFirst()
                        .at()
                        .plus(LAST_QUARTER)
                        .plus(BASELINE_INTERVAL)
                        .isBefore(snapshot.at())) {
            baselines.removeFirst();
        }
    }

    /** Returns the latest baseline that is at least this old; the oldest one if none is. */
    StatusSnapshot before(Instant now, Duration ago) {
        var found = baselines.getFirst();
        for (var baseline : baselines) {
            if (baseline.at().plus(ago).isAfter(now)) {
                break;
            }
            found = baseline;
        }
        return found;
    }

    /** Returns all data points, oldest first. */
    List<Second> seconds() {
        return List.copyOf(seconds);
    }

    /**
     * Returns the latest data point.
     *
     * @throws java.util.NoSuchElementException if {@link #add} has never returned true
     */
    Second last() {
        return seconds.getLast();
    }
}
