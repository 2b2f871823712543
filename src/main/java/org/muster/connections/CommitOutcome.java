package org.muster.connections;

/** What became of a transaction whose connection was lost while it was committed. */
public enum CommitOutcome {
    COMMITTED,
    ROLLED_BACK,
    UNKNOWN
}
