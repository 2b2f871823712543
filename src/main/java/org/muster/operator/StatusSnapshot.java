package org.muster.operator;

import java.time.Instant;
import java.util.Optional;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.connections.HistogramSnapshot;
import org.muster.connections.PoolFigures;
import org.muster.credentials.CredentialsStatus;
import org.muster.lifecycle.Readiness;

/**
 * What is known at one moment.
 *
 * @param started whether the database has been ready once
 * @param stopping whether the server is on its way down
 * @param opening connections that are being opened
 * @param outage the outage that is going on
 * @param lastOutage the last one, over or not
 * @param waits how long callers waited who got a connection
 * @param uses how long connections were in use
 * @param timeouts callers that got none, so far
 * @param counts what else has been counted so far
 */
record StatusSnapshot(
        Instant at,
        boolean started,
        boolean stopping,
        Readiness.Now now,
        PoolFigures figures,
        int opening,
        Optional<Outage> outage,
        Optional<Outage> lastOutage,
        HistogramSnapshot waits,
        HistogramSnapshot uses,
        long timeouts,
        Counts counts,
        CredentialsStatus credentials) {

    /**
     * What trouble costs.
     *
     * @param refused requests that were answered 503
     * @param reruns work that was done again
     * @param lost connections that had to be replaced
     */
    record Counts(long refused, long reruns, long lost) {
        Counts since(Counts before) {
            return new Counts(refused - before.refused, reruns - before.reruns, lost - before.lost);
        }
    }

    /** When this outage began. */
    Instant begin(Outage outage) {
        return at.minus(outage.age());
    }
}
