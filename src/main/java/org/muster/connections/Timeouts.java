package org.muster.connections;

import java.time.Duration;
import org.muster.settings.InvalidSettingsException;
import org.muster.settings.Settings;

/**
 * How long everything may take that a request waits for, so that each limit ends before the one around it.
 *
 * @param acquire to get a connection, in all
 * @param dial to open one
 * @param ping to hear from an open one that it is alive
 * @param statement to run one statement, by the database's clock; zero for ever
 * @param network to hear anything during a statement; zero for ever
 */
record Timeouts(Duration acquire, Duration dial, Duration ping, Duration statement, Duration network) {
    private static final Duration LONGEST_PING = Duration.ofSeconds(1);
    /** What the database may take to end a statement by itself, before its connection is taken for dead. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    Timeouts {
        if (ping.compareTo(dial) > 0
                || dial.compareTo(acquire) > 0
                || !network.isZero() && statement.compareTo(network) >= 0) {
            throw new InvalidSettingsException(
                    ("DB_ACQUIRE_TIMEOUT_MS=%d, DB_CONNECT_TIMEOUT_MS and DB_STATEMENT_TIMEOUT_MS=%d"
                                    + " leave no time: needed are ping %d ms <= opening %d ms <= acquiring, and statement < network %d ms")
                            .formatted(
                                    acquire.toMillis(),
                                    statement.toMillis(),
                                    ping.toMillis(),
                                    dial.toMillis(),
                                    network.toMillis()));
        }
    }

    /** What these settings come to: opening a connection never takes longer than its caller may wait. */
    static Timeouts of(Settings settings) {
        var acquire = settings.pool().acquireTimeout();
        var dial = shorter(settings.connectTimeout(), acquire);
        var statement = settings.statementTimeout();
        return new Timeouts(
                acquire,
                dial,
                // Zero would be for ever.
                Duration.ofMillis(
                        Math.max(1, shorter(LONGEST_PING, dial.dividedBy(2)).toMillis())),
                statement,
                statement.isZero() ? Duration.ZERO : statement.plus(MARGIN));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
