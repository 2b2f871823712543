package org.muster.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last quarter of an hour, second by second. */
final class History {
    static final Duration SHORT = Duration.ofMinutes(1);
    static final Duration LONG = Duration.ofMinutes(15);
    private static final int SECONDS = (int) LONG.toSeconds();
    /** Of these there are few, for each holds all that was ever counted. */
    private static final Duration BETWEEN_MARKS = Duration.ofSeconds(15);

    private static final double FEW = 0.99;

    private final Deque<Second> seconds = new ArrayDeque<>();
    private final Deque<StatusSnapshot> marks = new ArrayDeque<>();
    private StatusSnapshot begin;
    private int active;
    private int opening;
    private int waiting;

    /**
     * One second.
     *
     * @param end its end, in seconds since 1970
     * @param active connections in use, at most
     * @param idle open connections that were never in use
     * @param opening connections that were being opened, at most
     * @param waiting callers that waited, at most
     * @param refused requests that were answered 503
     * @param acquire seconds in which 99 of 100 callers had a connection; {@code NaN} if nobody got one
     * @param use seconds in which 99 of 100 gave it back; {@code NaN} if nobody did
     */
    record Second(long end, int active, int idle, int opening, int waiting, long refused, double acquire, double use) {}

    /** Notes the snapshot of another moment; whether that was the last of a second. */
    boolean add(StatusSnapshot snapshot) {
        if (begin == null) {
            begin = snapshot;
            marks.addLast(snapshot);
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
                snapshot.waits().since(begin.waits()).quantile(FEW),
                snapshot.uses().since(begin.uses()).quantile(FEW)));
        mark(snapshot);
        begin = snapshot;
        active = 0;
        opening = 0;
        waiting = 0;
        return true;
    }

    private void mark(StatusSnapshot snapshot) {
        if (!marks.getLast().at().plus(BETWEEN_MARKS).isAfter(snapshot.at())) {
            marks.addLast(snapshot);
        }
        while (marks.size() > 1
                && marks.getFirst().at().plus(LONG).plus(BETWEEN_MARKS).isBefore(snapshot.at())) {
            marks.removeFirst();
        }
    }

    /** The snapshot of a moment that long ago, or somewhat longer, or the first there are. */
    StatusSnapshot before(Instant now, Duration ago) {
        var found = marks.getFirst();
        for (var mark : marks) {
            if (mark.at().plus(ago).isAfter(now)) {
                break;
            }
            found = mark;
        }
        return found;
    }

    List<Second> seconds() {
        return List.copyOf(seconds);
    }

    /** The last one; there is one once {@link #add} has said so. */
    Second last() {
        return seconds.getLast();
    }
}
