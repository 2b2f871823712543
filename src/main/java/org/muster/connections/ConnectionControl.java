package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;

/** What a connection of the pool can be unwrapped to. */
public interface ConnectionControl {
    /** Has the pool drop the connection when it is back. */
    void retire();

    /** Makes this the longest wait for an answer, until the connection is back. */
    void answerWithin(Duration atMost) throws SQLException;
}
