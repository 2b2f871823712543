package org.muster.database;

import java.sql.SQLException;
import java.util.Optional;
import org.muster.connections.NoConnectionException;
import org.muster.connections.SqlState;

/** A statement or a commit failed, or no connection was available for it. The message never contains bound values. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Phase phase;
    private final SqlState state;
    private final boolean retryable;

    /** The phase in which the failure occurred. */
    public enum Phase {
        /** No connection was available. Nothing was executed. */
        ACQUIRING,
        /** A statement failed. Its transaction, if there is one, was not committed. */
        EXECUTING,
        /** The commit failed. Its outcome is unknown unless the database itself rejected it. */
        COMMITTING
    }

    private DatabaseException(String message, Phase phase, SqlState state, Throwable cause) {
        this(message, phase, state, isRetryable(phase, state), cause);
    }

    private DatabaseException(String message, Phase phase, SqlState state, boolean retryable, Throwable cause) {
        super(message, cause);
        this.phase = phase;
        this.state = state;
        this.retryable = retryable;
    }

    private static boolean isRetryable(Phase phase, SqlState state) {
        return switch (phase) {
            case ACQUIRING -> false;
            case EXECUTING -> state.retriesTransaction();
            case COMMITTING -> state == SqlState.CONFLICT || state == SqlState.CANCELLED;
        };
    }

    /** No connection was available. A cause without an SQLSTATE means that none became free in time. */
    static DatabaseException acquiring(SQLException cause) {
        var code = SqlState.codeIn(cause);
        var state = code == null ? SqlState.BUSY : SqlState.of(code);
        return new DatabaseException(cause.getMessage(), Phase.ACQUIRING, state, cause);
    }

    /** A statement failed. */
    static DatabaseException executing(SQLException cause) {
        return new DatabaseException(
                "statement failed (SQLSTATE " + SqlState.codeIn(cause) + ")",
                Phase.EXECUTING,
                SqlState.of(cause),
                cause);
    }

    /** A write failed because the database accepts none, also on other connections. */
    DatabaseException onReadOnlyDatabase() {
        return new DatabaseException(getMessage(), phase, state, false, getCause());
    }

    /** The transaction could not be committed. */
    static DatabaseException committing(SQLException cause) {
        return new DatabaseException(
                "commit failed (SQLSTATE " + SqlState.codeIn(cause) + ")", Phase.COMMITTING, SqlState.of(cause), cause);
    }

    /** Returns the phase in which the failure occurred. */
    public Phase phase() {
        return phase;
    }

    /** Returns the meaning of the SQLSTATE. Without one: BUSY if no connection was available, otherwise DEFECT. */
    public SqlState state() {
        return state;
    }

    /** Returns whether the statement would have stored twice what there can be only once. */
    public boolean duplicate() {
        return phase == Phase.EXECUTING && state == SqlState.DUPLICATE;
    }

    /** Returns whether a lock, a time limit or an operator ended the statement. */
    public boolean cancelled() {
        return phase == Phase.EXECUTING && state == SqlState.CANCELLED;
    }

    /** Returns whether only this statement failed, because of what it does or of a lock: others may succeed. */
    public boolean ofStatement() {
        return phase == Phase.EXECUTING
                && switch (state) {
                    case DUPLICATE, CONFLICT, CANCELLED, DEFECT -> true;
                    default -> false;
                };
    }

    /** Returns whether the transaction was certainly not committed, and a retry may succeed. */
    boolean retryable() {
        return retryable;
    }

    /**
     * Returns whether the outcome of the commit is unknown: it failed with LOST, UNAVAILABLE, DISK_FULL or BUSY, or without an SQLSTATE,
     * so the database may have committed.
     */
    public boolean outcomeUnknown() {
        return phase == Phase.COMMITTING
                && switch (state) {
                    case LOST, UNAVAILABLE, DISK_FULL, BUSY -> true;
                    default -> SqlState.codeIn(getCause()) == null;
                };
    }

    /** Returns whether the server cannot be reached, so that another may answer. */
    boolean unreachable() {
        return phase != Phase.COMMITTING && (state == SqlState.LOST || state == SqlState.UNAVAILABLE);
    }

    /** Returns the reason why no connection was available; empty if the failure is another one. */
    public Optional<NoConnectionException> noConnection() {
        return getCause() instanceof NoConnectionException none ? Optional.of(none) : Optional.empty();
    }
}
