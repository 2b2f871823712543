package org.muster.lifecycle;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Queries about sessions of the database. */
final class SessionQuery {
    private SessionQuery() {}

    /**
     * Returns the first column of the result.
     *
     * @param statement has one parameter, an array of process ids
     */
    static List<Integer> pids(Connection connection, String statement, Collection<Integer> sessions)
            throws SQLException {
        try (var query = connection.prepareStatement(statement)) {
            query.setArray(1, connection.createArrayOf("int4", sessions.toArray()));
            var pids = new ArrayList<Integer>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    pids.add(rows.getInt(1));
                }
            }
            return pids;
        }
    }
}
