package org.muster.operator;

import java.time.Instant;
import java.util.Optional;
import org.muster.json.EnumNames;
import org.muster.operator.Incident.Cause;

/**
 * How the database's connections fare, in a word.
 *
 * @param cause why they do not fare well; absent if they do
 * @param sqlState what the database, or the driver, gave as the reason
 * @param reason one line; may be empty
 * @param since when this began
 */
record Verdict(Level level, Optional<Cause> cause, Optional<String> sqlState, String reason, Instant since) {

    /** From good to bad. */
    enum Level {
        WELL,
        /** Requests are answered, but not as they should be, or not for long. */
        DEGRADED,
        /** Requests that need the database are not answered. */
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
