package org.muster.database;

import java.sql.SQLException;

/** A statement, or getting a connection for it, failed. Holds no bound value. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final SqlState state;

    private DatabaseException(String message, SqlState state, SQLException cause) {
        super(message, cause);
        this.state = state;
    }

    /** The pool gave no connection: none free in time if no cause has an SQLSTATE, else what the cause says. */
    static DatabaseException acquiring(SQLException cause) {
        var code = SqlState.codeIn(cause);
        var state = code == null ? SqlState.BUSY : SqlState.of(code);
        return new DatabaseException("no connection (SQLSTATE " + code + ")", state, cause);
    }

    /** A statement failed. */
    static DatabaseException executing(SQLException cause) {
        var code = SqlState.codeIn(cause);
        return new DatabaseException("statement failed (SQLSTATE " + code + ")", SqlState.of(code), cause);
    }

    /** What happened. */
    public SqlState state() {
        return state;
    }
}
