package org.muster.connections;

import java.time.Duration;
import org.muster.settings.Settings;

/**
 * The time limits of everything that a request waits for. Each is shorter than the one around it.
 *
 * @param acquire for getting a connection, opening one included
 * @param connect for opening one
 * @param ping for an answer of an open connection
 * @param statement for running a statement, measured by the database; zero for no limit
 * @param network for any answer during a statement; zero for no limit
 */
record Timeouts(Duration acquire, Duration connect, Duration ping, Duration statement, Duration network) {
    private static final Duration LONGEST_PING = Duration.ofSeconds(1);
    /** The database may take this much longer to cancel a statement before its connection is presumed dead. */
    private static final Duration CANCEL_MARGIN = Duration.ofSeconds(2);

    /** The limits that these settings give. A connect time-out above the acquire time-out is shortened to it. */
    static Timeouts of(Settings settings) {
        var acquire = settings.pool().acquireTimeout();
        var connect = shorter(settings.connectTimeout(), acquire);
        var statement = settings.statementTimeout();
        // Zero would mean no limit.
        var ping = Math.max(1, shorter(LONGEST_PING, connect.dividedBy(2)).toMillis());
        return new Timeouts(
                acquire,
                connect,
                Duration.ofMillis(ping),
                statement,
                statement.isZero() ? Duration.ZERO : statement.plus(CANCEL_MARGIN));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
