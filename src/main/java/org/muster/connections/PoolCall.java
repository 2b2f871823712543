package org.muster.connections;

import java.sql.SQLException;

/** A call in which the server's pool may open connections. */
@FunctionalInterface
public interface PoolCall<T> {
    T run() throws SQLException;
}
