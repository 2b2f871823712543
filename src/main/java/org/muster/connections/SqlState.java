package org.muster.connections;

import java.sql.SQLException;
import java.util.Set;

/** The meaning of SQLSTATE codes: which failures are retried, and which connections are removed from the pool. */
public enum SqlState {
    /** A row with this key exists. */
    DUPLICATE("23505"),
    /** The database rolled back the transaction, which may be retried. */
    CONFLICT("40000", "40001", "40P01"),
    /** A resource is in use, or a time limit was exceeded. The same request may succeed later. */
    BUSY("53300", "55P03", "57014"),
    /** The database refused the login. */
    LOGIN_REFUSED("28"),
    /** The connection is lost. An open transaction was rolled back; the outcome of a commit in progress is unknown. */
    LOST("08", "25P03", "57P01", "57P02", "57P05"),
    /** The session does not accept writes. The statement was not executed, and needs another connection. */
    READ_ONLY("25006"),
    /** The database is starting, or cannot be used in its current state. */
    UNAVAILABLE("57P03", "3D000", "53100", "53200"),
    /** Any other code: a defect, or a misconfigured database. */
    OTHER();

    private final Set<String> codes;

    SqlState(String... codes) {
        this.codes = Set.of(codes);
    }

    /** Returns the meaning of a code.
     *
     * @param code an SQLSTATE of five characters, its class of two, or null
     */
    public static SqlState of(String code) {
        if (code != null) {
            for (var state : values()) {
                if (state.codes.contains(code)) {
                    return state;
                }
            }
            if (code.length() == 5) {
                return of(code.substring(0, 2));
            }
        }
        return OTHER;
    }

    /** Returns the meaning of the first SQLSTATE in the chain of causes. */
    public static SqlState of(Throwable failure) {
        return of(codeIn(failure));
    }

    /** Returns the first SQLSTATE in the chain of causes, or null. Pools wrap the driver's exceptions. */
    public static String codeIn(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }

    /** Returns the reason for a failure, as a clause about the database that may be shown to every client. */
    public String publicReason() {
        return switch (this) {
            case LOGIN_REFUSED -> "it refuses the login";
            case LOST -> "it cannot be reached";
            case READ_ONLY -> "it does not accept writes";
            case BUSY, CONFLICT -> "it is busy";
            default -> "it is not ready";
        };
    }

    /** Returns whether the connection must not be used again. */
    public boolean endsConnection() {
        return this == LOST || this == READ_ONLY;
    }

    /** Returns whether a transaction in which a statement failed with this state was rolled back, and a retry may succeed. */
    public boolean retriesTransaction() {
        return this == CONFLICT || endsConnection();
    }
}
