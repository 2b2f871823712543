package org.muster.connections;

/** Whether the pool may open a connection for a borrower. */
enum OpenPolicy {
    /** Unless an attempt has just failed, or the database is known to be unreachable. */
    NORMAL,
    /** In an outage too, to find out whether it is over. */
    PROBE,
    /** Only a connection that is already open will do. */
    NEVER
}
