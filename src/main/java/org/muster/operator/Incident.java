package org.muster.operator;

import java.time.Instant;
import java.util.Optional;
import org.muster.json.EnumNames;
import org.muster.operator.StatusSnapshot.Counts;

/**
 * A time in which something was not as it should be.
 *
 * @param down whether nobody got a connection, at its worst
 * @param sqlState what the database, or the driver, gave as the reason; absent if neither said anything
 * @param reason one line, without secrets; may be empty
 * @param ended absent while it goes on
 * @param cost what happened meanwhile
 */
record Incident(
        Cause cause,
        boolean down,
        Optional<String> sqlState,
        String reason,
        Instant begun,
        Optional<Instant> ended,
        Counts cost) {

    /** What was not as it should be. */
    enum Cause {
        /** The database has not been ready since the server started. */
        STARTING,
        /** No connection can be opened. */
        OUTAGE,
        /** Connections were lost, and others opened in their place. */
        CONNECTIONS_LOST,
        /** All connections are in use, and callers wait for long. */
        POOL_EXHAUSTED,
        /** The credentials' source does not answer; the login in use stays. */
        SECRET_UNAVAILABLE,
        /** The server is on its way down. */
        STOPPING;

        @Override
        public String toString() {
            return EnumNames.hyphenated(this);
        }
    }

    boolean over() {
        return ended.isPresent();
    }

    Incident endedAt(Instant at) {
        return new Incident(cause, down, sqlState, reason, begun, Optional.of(at), cost);
    }

    Incident because(String code, String why) {
        return new Incident(cause, down, Optional.ofNullable(code), why, begun, ended, cost);
    }

    /** The same, seen like this now: what it began with is its reason, unless something worse has come of it. */
    Incident now(Incident seen, Counts cost) {
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
