package org.muster.database;

import java.sql.SQLException;
import java.util.Optional;
import org.muster.connections.NoConnectionException;
import org.muster.connections.SqlState;

/** A statement, a commit, or getting a connection for them, failed. Holds no bound value. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Phase phase;
    private final SqlState state;

    /** What was going on. */
    public enum Phase {
        /** There was no connection: nothing has happened. */
        ACQUIRING,
        /** A statement failed: in a transaction, nothing has happened. */
        EXECUTING,
        /** The commit failed: unless the database itself refused it, nobody knows what has happened. */
        COMMITTING
    }

    private DatabaseException(String message, Phase phase, SqlState state, Throwable cause) {
        super(message, cause);
        this.phase = phase;
        this.state = state;
    }

    /** The pool gave no connection: none free in time if no cause has an SQLSTATE, else what the cause says. */
    static DatabaseException acquiring(SQLException cause) {
        var code = SqlState.codeIn(cause);
        var state = code == null ? SqlState.BUSY : SqlState.of(code);
        return new DatabaseException(cause.getMessage(), Phase.ACQUIRING, state, cause);
    }

    /** A statement failed. */
    static DatabaseException executing(SQLException cause) {
        var code = SqlState.codeIn(cause);
        return new DatabaseException(
                "statement failed (SQLSTATE " + code + ")", Phase.EXECUTING, SqlState.of(code), cause);
    }

    /** The transaction could not be committed. */
    static DatabaseException committing(SQLException cause) {
        var code = SqlState.codeIn(cause);
        return new DatabaseException(
                "commit failed (SQLSTATE " + code + ")", Phase.COMMITTING, SqlState.of(code), cause);
    }

    public Phase phase() {
        return phase;
    }

    /** What happened. */
    public SqlState state() {
        return state;
    }

    /** Whether its transaction certainly did not happen, and is worth another run. */
    boolean didNotHappen() {
        return switch (phase) {
            case ACQUIRING -> false;
            case EXECUTING -> state.rerunsTransaction();
            case COMMITTING -> state == SqlState.CONFLICT;
        };
    }

    /** Whether nobody knows if it happened: the connection was lost while it committed. */
    public boolean outcomeUnknown() {
        return phase == Phase.COMMITTING
                && switch (state) {
                    case LOST, UNAVAILABLE, BUSY -> true;
                    default -> SqlState.codeIn(getCause()) == null;
                };
    }

    /** Why there was no connection, if that is what happened. */
    public Optional<NoConnectionException> noConnection() {
        return getCause() instanceof NoConnectionException none ? Optional.of(none) : Optional.empty();
    }
}
