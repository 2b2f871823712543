package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has been counted and timed of a pool since the start. */
public final class PoolStatistics {
    private static final Logger LOG = System.getLogger(PoolStatistics.class.getName());

    private final LatencyRecorder waits = new LatencyRecorder();
    private final LatencyRecorder uses = new LatencyRecorder();
    private final LatencyRecorder creations = new LatencyRecorder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder forgotten = new LongAdder();
    private final Map<CommitOutcome, LongAdder> lostCommits = new EnumMap<>(CommitOutcome.class);

    PoolStatistics() {
        for (var outcome : CommitOutcome.values()) {
            lostCommits.put(outcome, new LongAdder());
        }
    }

    /** How long borrowers waited that got a connection. */
    public LatencyRecorder waits() {
        return waits;
    }

    /** How long connections were in use. */
    public LatencyRecorder uses() {
        return uses;
    }

    /** How long opening a connection took, when it succeeded. */
    public LatencyRecorder creations() {
        return creations;
    }

    /** How many borrowers got no connection. */
    public long timeouts() {
        return timeouts.sum();
    }

    /** How many connections were lost: ended by the database, silent, or read-only. */
    public long lostConnections() {
        return lost.sum();
    }

    /** How many transactions were still open when their connection was returned. */
    public long forgottenTransactions() {
        return forgotten.sum();
    }

    /** How many transactions had this outcome whose connection was lost during the commit. */
    public long lostCommits(CommitOutcome outcome) {
        return lostCommits.get(outcome).sum();
    }

    void addLostCommit(CommitOutcome outcome) {
        lostCommits.get(outcome).increment();
    }

    void addTimeout() {
        timeouts.increment();
    }

    void addLostConnection() {
        lost.increment();
    }

    /** Logs the first, the second, the fourth, and so on. */
    void addForgottenTransaction() {
        forgotten.increment();
        var all = forgotten.sum();
        if (Long.bitCount(all) == 1) {
            LOG.log(Level.WARNING, "Rolled back a transaction that its borrower left open ({0} so far)", all);
        }
    }
}
