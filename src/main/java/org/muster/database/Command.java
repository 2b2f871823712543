package org.muster.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A statement with its parameters.
 *
 * @param timeLimit in seconds; 0 if there is none but the database's
 * @param fetchSize how many rows are fetched at a time; 0 for all
 */
record Command(String text, Object[] parameters, int timeLimit, int fetchSize) {
    private static final List<String> WRITES = List.of("INSERT", "UPDATE", "DELETE", "WITH", "MERGE");

    /** Reads the results of a statement that was executed. */
    @FunctionalInterface
    interface Results<T> {
        T of(PreparedStatement executed) throws SQLException;
    }

    /**
     * A statement that is sent along with another, before it, and takes no round trip of its own.
     *
     * @param text has one row
     */
    record Question(String text, Object... parameters) {}

    /** Reads the row that a statement was answered with. */
    @FunctionalInterface
    interface Row {
        void read(ResultSet row) throws SQLException;
    }

    /** Reads the row that a question was answered with. */
    @FunctionalInterface
    interface Judgement {
        /** Whether the results of the statement that follows are wanted. */
        boolean of(ResultSet answer) throws SQLException;
    }

    /** Whether it reads only. */
    boolean isRead() {
        return text.startsWith("SELECT");
    }

    /** Whether it may change rows, unlike what configures a transaction. */
    boolean mayWrite() {
        return WRITES.stream().anyMatch(text::startsWith);
    }

    <T> T execute(Connection connection, Results<T> results) throws SQLException {
        try (var prepared = connection.prepareStatement(text)) {
            limit(prepared);
            bind(prepared, 0, parameters);
            prepared.execute();
            return results.of(prepared);
        }
    }

    /** Executes it after a question. Empty if the judgement of the answer does not want the results. */
    <T> Optional<T> executeAfter(Question question, Judgement judgement, Connection connection, Results<T> results)
            throws SQLException {
        try (var prepared = connection.prepareStatement(question.text + "; " + text)) {
            limit(prepared);
            bind(prepared, 0, question.parameters);
            bind(prepared, question.parameters.length, parameters);
            prepared.execute();
            try (var answer = prepared.getResultSet()) {
                answer.next();
                if (!judgement.of(answer)) {
                    return Optional.empty();
                }
            }
            prepared.getMoreResults();
            return Optional.of(results.of(prepared));
        }
    }

    /** Executes it before a query, in one round trip. The query has one row, and no parameters. */
    <T> T executeBefore(String query, Row row, Connection connection, Results<T> results) throws SQLException {
        try (var prepared = connection.prepareStatement(text + "; " + query)) {
            limit(prepared);
            bind(prepared, 0, parameters);
            prepared.execute();
            var own = results.of(prepared);
            prepared.getMoreResults();
            try (var answer = prepared.getResultSet()) {
                answer.next();
                row.read(answer);
            }
            return own;
        }
    }

    private void limit(PreparedStatement prepared) throws SQLException {
        if (timeLimit > 0) {
            prepared.setQueryTimeout(timeLimit);
        }
        if (fetchSize > 0) {
            prepared.setFetchSize(fetchSize);
        }
    }

    private static void bind(PreparedStatement prepared, int before, Object[] parameters) throws SQLException {
        for (var i = 0; i < parameters.length; i++) {
            prepared.setObject(before + i + 1, parameters[i]);
        }
    }
}
