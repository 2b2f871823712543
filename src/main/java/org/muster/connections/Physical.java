package org.muster.connections;

/** What a connection of the pool can be unwrapped to. */
public interface Physical {
    /** Has the pool drop the connection when it is back. */
    void retire();
}
