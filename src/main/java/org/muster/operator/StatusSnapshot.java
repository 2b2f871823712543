package org.muster.operator;

import java.time.Instant;
import java.util.Optional;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.connections.HistogramSnapshot;
import org.muster.connections.PoolFigures;
import org.muster.credentials.CredentialsStatus;
import org.muster.lifecycle.Readiness;

/**
 * The state of the database connections at one moment. Counts and distributions are totals since the start.
 *
 * @param at when it was taken
 * @param started whether the database has been ready since the start
 * @param stopping whether the server has been told to stop; it may still serve requests
 * @param readiness the readiness of the application
 * @param figures the figures of the pool
 * @param opening the number of connections being opened
 * @param outage the current outage; empty if there is none
 * @param lastOutage the latest outage, over or not; empty if there was none
 * @param waits the distribution of the times that callers waited for a connection
 * @param uses the distribution of the times that connections were in use
 * @param timeouts the number of callers that got no connection
 * @param counts further totals
 * @param credentials the state of the credentials
 */
record StatusSnapshot(
        Instant at,
        boolean started,
        boolean stopping,
        Readiness.Now readiness,
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
     * Totals that show the cost of an incident.
     *
     * @param refused the number of requests answered with 503
     * @param retries the number of retries
     * @param lost the number of connections that were lost
     */
    record Counts(long refused, long retries, long lost) {
        Counts since(Counts before) {
            return new Counts(refused - before.refused, retries - before.retries, lost - before.lost);
        }
    }

    /** Returns when an outage began. */
    Instant begin(Outage outage) {
        return at.minus(outage.age());
    }
}
