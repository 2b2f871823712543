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

/** Detects incidents in a series of snapshots, and derives the verdict. Used by one thread at a time. */
final class Incidents {
    private static final int MAX_KEPT = 50;
    /** Losses of connections within this time belong to one incident, which stays in the verdict for as long. */
    private static final Duration LOSS_MERGE_WINDOW = Duration.ofSeconds(5);
    /** The pool is exhausted if more callers wait than got a connection within this time. */
    private static final Duration WAIT_WINDOW = Duration.ofMillis(500);
    /** An exhausted pool becomes an incident after this time. */
    private static final Duration MIN_EXHAUSTION = Duration.ofMillis(300);

    private final Deque<Incident> past = new ArrayDeque<>();
    private final Deque<StatusSnapshot> recent = new ArrayDeque<>();
    private final Tracker database = new Tracker();
    private final Tracker pool = new Tracker();
    private final Tracker secret = new Tracker();
    private Instant exhaustedSince;
    private Instant healthySince;
    private Verdict verdict;

    /** Tracks the current incident of one subject. */
    private final class Tracker {
        private Incident incident;
        private Counts before;

        void observed(Incident seen, StatusSnapshot previous, StatusSnapshot now) {
            if (incident == null) {
                incident = seen;
                before = previous.counts();
            }
            incident = incident.updated(seen, now.counts().since(before));
        }

        /** Ends the incident. If its cause is observed again within the merge window, the incident continues. */
        void ended(Instant at, Duration mergeWindow) {
            if (incident != null && !incident.isOver()) {
                incident = incident.endedAt(at);
            }
            if (incident != null && !incident.ended().get().plus(mergeWindow).isAfter(at)) {
                if (past.size() == MAX_KEPT) {
                    past.removeLast();
                }
                past.addFirst(incident);
                incident = null;
            }
        }

        boolean is(Cause cause) {
            return incident != null && incident.cause() == cause;
        }
    }

    /** Takes the next snapshot into account. To be called at least ten times a second. */
    void observe(StatusSnapshot snapshot) {
        var previous = recent.isEmpty() ? snapshot : recent.getLast();
        observeDatabase(snapshot, previous);
        observePool(snapshot, previous);
        observeSecret(snapshot, previous);
        recent.addLast(snapshot);
        while (recent.getFirst().at().plus(WAIT_WINDOW).isBefore(snapshot.at())) {
            recent.removeFirst();
        }
        var impairment = judge(snapshot);
        if (impairment.isEmpty() && (healthySince == null || verdict.level() != Verdict.Level.WELL)) {
            healthySince = snapshot.at();
        }
        verdict = impairment.orElseGet(() -> Verdict.well(healthySince));
    }

    private void observeDatabase(StatusSnapshot now, StatusSnapshot previous) {
        var outage = now.outage();
        var missedOutage = now.lastOutage()
                .filter(last -> outage.isEmpty()
                        && previous.lastOutage()
                                .filter(known -> known.since() == last.since())
                                .isEmpty());
        if (outage.isPresent() && now.started()) {
            database.observed(ofOutage(now, outage.get()), previous, now);
        } else if (!now.readiness().ready() && !now.stopping()) {
            var cause = now.started() ? Cause.OUTAGE : Cause.STARTING;
            var code = outage.map(Outage::code);
            database.observed(begun(cause, true, code, now.readiness().reason(), now.at()), previous, now);
        } else if (now.readiness().degraded()) {
            database.observed(
                    begun(
                            Cause.IMPAIRED,
                            false,
                            Optional.empty(),
                            now.readiness().reason(),
                            now.at()),
                    previous,
                    now);
        } else if (missedOutage.isPresent() && now.started()) {
            database.observed(ofOutage(now, missedOutage.get()), previous, now);
        } else if (now.counts().lost() > previous.counts().lost()) {
            database.observed(begun(Cause.CONNECTIONS_LOST, false, Optional.empty(), "", now.at()), previous, now);
        } else if (!database.is(Cause.CONNECTIONS_LOST)) {
            database.ended(now.at(), Duration.ZERO);
        } else if (database.incident.isOver()
                || now.figures().total() >= Math.min(1, now.figures().min())) {
            database.ended(now.at(), LOSS_MERGE_WINDOW);
        }
    }

    private static Incident ofOutage(StatusSnapshot now, Outage outage) {
        return begun(
                Cause.OUTAGE,
                noneAvailable(now),
                Optional.ofNullable(outage.code()),
                outage.reason(),
                now.begin(outage));
    }

    private static boolean noneAvailable(StatusSnapshot now) {
        return !now.readiness().ready() || now.figures().total() == 0;
    }

    private void observePool(StatusSnapshot now, StatusSnapshot previous) {
        var figures = now.figures();
        var served = now.waits().count()
                - (recent.isEmpty() ? now : recent.getFirst()).waits().count();
        var exhausted = figures.active() >= figures.max() && figures.waiting() > served;
        if (!exhausted) {
            exhaustedSince = null;
            pool.ended(now.at(), WAIT_WINDOW);
            return;
        }
        if (exhaustedSince == null) {
            exhaustedSince = now.at();
        }
        if (pool.incident != null || !exhaustedSince.plus(MIN_EXHAUSTION).isAfter(now.at())) {
            pool.observed(
                    begun(Cause.POOL_EXHAUSTED, false, Optional.empty(), figures.toString(), exhaustedSince),
                    previous,
                    now);
        }
    }

    private void observeSecret(StatusSnapshot now, StatusSnapshot previous) {
        var credentials = now.credentials();
        if (credentials.failing() && now.started()) {
            var failure = credentials.lastFailure().orElseThrow();
            secret.observed(
                    begun(Cause.SECRET_UNAVAILABLE, false, Optional.empty(), failure.reason(), failure.at()),
                    previous,
                    now);
        } else {
            secret.ended(now.at(), Duration.ZERO);
        }
    }

    private static Incident begun(Cause cause, boolean down, Optional<String> sqlState, String reason, Instant at) {
        return new Incident(cause, down, sqlState, reason, at, Optional.empty(), new Counts(0, 0, 0));
    }

    private Optional<Verdict> judge(StatusSnapshot now) {
        if (now.stopping()) {
            var since =
                    verdict != null && verdict.cause().equals(Optional.of(Cause.STOPPING)) ? verdict.since() : now.at();
            var down = !now.readiness().ready();
            return Optional.of(Verdict.of(begun(Cause.STOPPING, down, Optional.empty(), "", since), down));
        }
        if (database.incident != null) {
            var down = !database.is(Cause.CONNECTIONS_LOST) && noneAvailable(now);
            var code = now.outage()
                    .map(Outage::code)
                    .orElse(database.incident.sqlState().orElse(null));
            var seen = database.incident.withReason(code, reason(now));
            return Optional.of(Verdict.of(seen, down));
        }
        return Optional.ofNullable(pool.incident == null ? secret.incident : pool.incident)
                .map(incident -> Verdict.of(incident, false));
    }

    /** The reason that health checks say now; before an outage is confirmed, they say none. */
    private String reason(StatusSnapshot now) {
        var said = now.readiness().reason();
        return said.isEmpty() ? now.outage().map(Outage::reason).orElse(database.incident.reason()) : said;
    }

    /** Returns the verdict on the latest snapshot; empty if there was none yet. */
    Optional<Verdict> verdict() {
        return Optional.ofNullable(verdict);
    }

    /** Returns the incidents in progress, then the past ones, newest first. */
    List<Incident> recent() {
        var all = new ArrayList<Incident>();
        for (var tracker : List.of(database, pool, secret)) {
            if (tracker.incident != null) {
                all.add(tracker.incident);
            }
        }
        all.addAll(past);
        return all.subList(0, Math.min(MAX_KEPT, all.size()));
    }
}
