package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;

/** What Muster can do with a connection that the pool has lent; the connection unwraps to it. */
public interface ConnectionControl {
    /** Has the pool drop the connection when it is returned. */
    void retire();

    /** Whether the database accepted reads only when the connection was opened. */
    boolean readOnlyDatabase();

    /** The host and port of the server at the other end. */
    String server();

    /** Has the database asked for this transaction if the connection is lost when it commits. */
    void mark(TransactionMark transaction);

    /** Limits how long an answer may take, until the connection is returned. */
    void setAnswerTimeout(Duration timeout) throws SQLException;
}
