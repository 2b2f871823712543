package org.muster.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.operator.Incident.Cause;
import org.muster.operator.StatusSnapshot.Counts;

/** Tells from the snapshot of each moment what is not as it should be, since when, and what that has cost. */
final class Incidents {
    private static final int KEPT = 50;
    /** Connections that are lost again so soon are the same trouble; and for so long it is told when it is over. */
    private static final Duration SETTLED = Duration.ofSeconds(5);
    /** A queue at the pool is too long if more wait in it than got a connection within this time... */
    private static final Duration LONG_WAIT = Duration.ofMillis(500);
    /** ...and it has been for so long. */
    private static final Duration LASTING = Duration.ofMillis(300);

    private final Deque<Incident> ended = new ArrayDeque<>();
    private final Deque<StatusSnapshot> recent = new ArrayDeque<>();
    private final Trouble database = new Trouble();
    private final Trouble pool = new Trouble();
    private final Trouble secret = new Trouble();
    private Instant crowdedSince;
    private Instant wellSince;
    private Verdict verdict;

    /** What may be wrong in one respect. */
    private final class Trouble {
        private Incident incident;
        private Counts before;

        void goesOn(Incident seen, StatusSnapshot previous, StatusSnapshot now) {
            if (incident == null) {
                incident = seen;
                before = previous.counts();
            }
            incident = incident.now(seen, now.counts().since(before));
        }

        /** It is over; the same coming back within this time is no other. */
        void over(Instant at, Duration settled) {
            if (incident != null && !incident.over()) {
                incident = incident.endedAt(at);
            }
            if (incident != null && !incident.ended().get().plus(settled).isAfter(at)) {
                if (ended.size() == KEPT) {
                    ended.removeLast();
                }
                ended.addFirst(incident);
                incident = null;
            }
        }

        boolean is(Cause cause) {
            return incident != null && incident.cause() == cause;
        }
    }

    /** Looks at the snapshot of another moment, at least ten times a second. */
    void observe(StatusSnapshot snapshot) {
        var previous = recent.isEmpty() ? snapshot : recent.getLast();
        observeDatabase(snapshot, previous);
        observePool(snapshot, previous);
        observeSecret(snapshot, previous);
        recent.addLast(snapshot);
        while (recent.getFirst().at().plus(LONG_WAIT).isBefore(snapshot.at())) {
            recent.removeFirst();
        }
        var judged = judge(snapshot);
        if (judged.isEmpty() && (wellSince == null || verdict.level() != Verdict.Level.WELL)) {
            wellSince = snapshot.at();
        }
        verdict = judged.orElseGet(() -> Verdict.well(wellSince));
    }

    private void observeDatabase(StatusSnapshot now, StatusSnapshot previous) {
        var outage = now.outage();
        var hidden = now.lastOutage()
                .filter(last -> outage.isEmpty()
                        && previous.lastOutage()
                                .filter(known -> known.since() == last.since())
                                .isEmpty());
        if (outage.isPresent() && now.started()) {
            database.goesOn(ofOutage(now, outage.get()), previous, now);
        } else if (!now.now().ready() && !now.stopping()) {
            var cause = now.started() ? Cause.OUTAGE : Cause.STARTING;
            var code = outage.map(Outage::code);
            database.goesOn(begun(cause, true, code, now.now().reason(), now.at()), previous, now);
        } else if (hidden.isPresent() && now.started()) {
            database.goesOn(ofOutage(now, hidden.get()), previous, now);
        } else if (now.counts().lost() > previous.counts().lost()) {
            database.goesOn(begun(Cause.CONNECTIONS_LOST, false, Optional.empty(), "", now.at()), previous, now);
        } else if (!database.is(Cause.CONNECTIONS_LOST)) {
            database.over(now.at(), Duration.ZERO);
        } else if (database.incident.over()
                || now.figures().total() >= Math.min(1, now.figures().min())) {
            database.over(now.at(), SETTLED);
        }
    }

    private static Incident ofOutage(StatusSnapshot now, Outage outage) {
        return begun(
                Cause.OUTAGE,
                nobodyIsServed(now),
                Optional.ofNullable(outage.code()),
                outage.reason(),
                now.begin(outage));
    }

    private static boolean nobodyIsServed(StatusSnapshot now) {
        return !now.now().ready() || now.figures().total() == 0;
    }

    private void observePool(StatusSnapshot now, StatusSnapshot previous) {
        var figures = now.figures();
        var served = now.waits().count()
                - (recent.isEmpty() ? now : recent.getFirst()).waits().count();
        var crowded = figures.active() >= figures.max() && figures.waiting() > served;
        if (!crowded) {
            crowdedSince = null;
            pool.over(now.at(), LONG_WAIT);
            return;
        }
        if (crowdedSince == null) {
            crowdedSince = now.at();
        }
        if (pool.incident != null || !crowdedSince.plus(LASTING).isAfter(now.at())) {
            pool.goesOn(
                    begun(Cause.POOL_EXHAUSTED, false, Optional.empty(), figures.toString(), crowdedSince),
                    previous,
                    now);
        }
    }

    private void observeSecret(StatusSnapshot now, StatusSnapshot previous) {
        var credentials = now.credentials();
        if (credentials.failing() && now.started()) {
            var failure = credentials.lastFailure().orElseThrow();
            secret.goesOn(
                    begun(Cause.SECRET_UNAVAILABLE, false, Optional.empty(), failure.reason(), failure.at()),
                    previous,
                    now);
        } else {
            secret.over(now.at(), Duration.ZERO);
        }
    }

    private static Incident begun(Cause cause, boolean down, Optional<String> sqlState, String reason, Instant at) {
        return new Incident(cause, down, sqlState, reason, at, Optional.empty(), new Counts(0, 0, 0));
    }

    private Optional<Verdict> judge(StatusSnapshot now) {
        if (now.stopping()) {
            var since =
                    verdict != null && verdict.cause().equals(Optional.of(Cause.STOPPING)) ? verdict.since() : now.at();
            return Optional.of(Verdict.of(begun(Cause.STOPPING, true, Optional.empty(), "", since), true));
        }
        if (database.incident != null) {
            var down = !database.is(Cause.CONNECTIONS_LOST) && nobodyIsServed(now);
            var seen = now.outage()
                    .map(outage -> database.incident.because(outage.code(), outage.reason()))
                    .orElse(database.incident);
            return Optional.of(Verdict.of(seen, down));
        }
        return Optional.ofNullable(pool.incident == null ? secret.incident : pool.incident)
                .map(incident -> Verdict.of(incident, false));
    }

    /** What the last snapshot come to; absent if there were none yet. */
    Optional<Verdict> verdict() {
        return Optional.ofNullable(verdict);
    }

    /** Those that go on, then the last ones, the newest first. */
    List<Incident> last() {
        var all = new ArrayList<Incident>();
        for (var trouble : List.of(database, pool, secret)) {
            if (trouble.incident != null) {
                all.add(trouble.incident);
            }
        }
        all.addAll(ended);
        return all.subList(0, Math.min(KEPT, all.size()));
    }
}
