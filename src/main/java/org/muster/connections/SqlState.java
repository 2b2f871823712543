package org.muster.connections;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;

/**
 * The meaning of SQLSTATE codes: which failures are retried, which connections are removed from the pool, and what clients are told.
 * A code of five characters takes precedence over its class of two.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL: error codes</a>
 */
public enum SqlState {
    /** A row with this key exists. */
    DUPLICATE("23505"),
    /** The transaction was rolled back because of others. */
    CONFLICT("40", "25P02", "72"),
    /** A prepared statement, or its plan, is not valid on this connection any more. */
    STALE_STATEMENT("26000", "42P05"),
    /** A lock or a time limit ended the statement, or an operator did. */
    CANCELLED("55P03", "57014"),
    /** A resource is in use. The same request may succeed later. */
    BUSY("53", "55006", "57000"),
    /** The database refused the login. */
    LOGIN_REFUSED("28"),
    /** The connection is lost. An open transaction was rolled back; the outcome of a commit in progress is unknown. */
    LOST("08", "25P03", "25P04", "40003", "57P01", "57P02", "57P04", "57P05"),
    /** The session does not accept writes. The statement was not executed, and needs another connection. */
    READ_ONLY("25006"),
    /** The database's disk, or a quota, is full. */
    DISK_FULL("53100"),
    /** The database is starting, or cannot be used in its current state. */
    UNAVAILABLE("3D000", "53200", "55", "57", "58", "F0", "XX"),
    /** A table, column, key or function of Muster's is missing or different: dropped, in another schema, or of another version. */
    WRONG_SCHEMA("3F000", "42"),
    /** The database user may not do this. */
    NOT_PERMITTED("42501"),
    /** Any other code: a defect of a statement. */
    DEFECT("42601");

    private final Set<String> codes;

    SqlState(String... codes) {
        this.codes = Set.of(codes);
    }

    /**
     * Returns the meaning of a code.
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
        return DEFECT;
    }

    /** Returns the meaning of the first SQLSTATE in the chain of causes. */
    public static SqlState of(Throwable failure) {
        return isStalePlan(failure) ? STALE_STATEMENT : of(codeIn(failure));
    }

    /** A plan whose columns have changed has the code of a feature that is not supported; only the server's routine tells them apart. */
    private static boolean isStalePlan(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException ofDatabase && ofDatabase.getServerErrorMessage() != null) {
                return "0A000".equals(ofDatabase.getSQLState())
                        && "RevalidateCachedQuery"
                                .equals(ofDatabase.getServerErrorMessage().getRoutine());
            }
        }
        return false;
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

    /** Returns the message of a failure, as one line for the operator. */
    public static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** Returns the reason for a failure, as a clause about the database that may be shown to every client. */
    public String publicReason() {
        return switch (this) {
            case LOGIN_REFUSED -> "it refuses the login";
            case LOST -> "it cannot be reached";
            case READ_ONLY -> "it is read-only";
            case BUSY, CONFLICT, STALE_STATEMENT -> "it is busy";
            case CANCELLED -> "it ended the statement, because of a lock or a time limit";
            case DISK_FULL -> "its disk is full";
            case WRONG_SCHEMA -> "tables are missing";
            case NOT_PERMITTED -> "it does not permit this";
            default -> "it is not ready";
        };
    }

    /** Returns whether the connection must not be used again. */
    public boolean endsConnection() {
        return this == LOST || this == READ_ONLY || this == STALE_STATEMENT;
    }

    /** Returns whether a transaction in which a statement failed with this state was rolled back, and a retry may succeed. */
    public boolean retriesTransaction() {
        return this == CONFLICT || this == CANCELLED || endsConnection();
    }
}
