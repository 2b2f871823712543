package org.muster.operator;

import java.time.Instant;
import java.util.Optional;
import org.muster.json.EnumNames;
import org.muster.operator.StatusSnapshot.Counts;

/**
 * A period in which the database connections were impaired.
 *
 * @param down whether no connection was available at any time in it
 * @param sqlState the SQLSTATE from the database or the driver; empty if there is none
 * @param reason one line, without secrets; may be empty
 * @param begun when it began
 * @param ended when it ended; empty while it is in progress
 * @param cost what was counted during the incident
 */
record Incident(
        Cause cause,
        boolean down,
        Optional<String> sqlState,
        String reason,
        Instant begun,
        Optional<Instant> ended,
        Counts cost) {

    /** The cause of an incident. */
    enum Cause {
        /** The database has not been ready since the server started. */
        STARTING,
        /** No connection can be opened. */
        OUTAGE,
        /** There are connections, but some requests fail, or wait: the reason says why. */
        IMPAIRED,
        /** Connections were lost and replaced. */
        CONNECTIONS_LOST,
        /** All connections are in use, and callers wait for them. */
        POOL_EXHAUSTED,
        /** The secret cannot be read. The current login stays in use. */
        SECRET_UNAVAILABLE,
        /** The server is shutting down. */
        STOPPING;

        @Override
        public String toString() {
            return EnumNames.hyphenated(this);
        }
    }

    boolean isOver() {
        return ended.isPresent();
    }

    Incident endedAt(Instant at) {
        return new Incident(cause, down, sqlState, reason, begun, Optional.of(at), cost);
    }

    Incident withReason(String code, String why) {
        return new Incident(cause, down, Optional.ofNullable(code), why, begun, ended, cost);
    }

    /** Returns this incident, updated with the latest observation. The first cause and reason stay, unless a worse cause follows. */
    Incident updated(Incident seen, Counts cost) {
        var worse = seen.cause.compareTo(cause) < 0 || seen.cause == Cause.STARTING;
        return new Incident(
                worse ? seen.cause : cause,
                down || seen.down,
                worse ? seen.sqlState : sqlState,
                worse ? seen.reason : reason,
                begun,
                Optional.empty(),
                cost);
    }
}
