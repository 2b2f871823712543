package org.muster.operator;

import java.time.Instant;
import java.util.Optional;
import org.muster.json.EnumNames;
import org.muster.operator.Incident.Cause;

/**
 * The overall state of the database connections.
 *
 * @param cause the cause of the impairment; empty if there is none
 * @param sqlState the SQLSTATE from the database or the driver; empty if there is none
 * @param reason one line; may be empty
 * @param since when the state began
 */
record Verdict(Level level, Optional<Cause> cause, Optional<String> sqlState, String reason, Instant since) {

    /** From best to worst. */
    enum Level {
        /** Connections are available. */
        WELL,
        /** Requests are served, but with delays or errors, or only until connections are lost. */
        DEGRADED,
        /** Requests that need the database fail. */
        DOWN;

        @Override
        public String toString() {
            return EnumNames.of(this);
        }
    }

    static Verdict well(Instant since) {
        return new Verdict(Level.WELL, Optional.empty(), Optional.empty(), "", since);
    }

    static Verdict of(Incident incident, boolean down) {
        return new Verdict(
                down ? Level.DOWN : Level.DEGRADED,
                Optional.of(incident.cause()),
                incident.sqlState(),
                incident.reason(),
                incident.begun());
    }
}
