package org.muster.connections;

import java.sql.SQLException;
import java.util.Set;

/** What an SQLSTATE means for Muster: what may be run again, and which connections leave the pool. */
public enum SqlState {
    /** A row with this key exists. */
    DUPLICATE("23505"),
    /** The database has undone the transaction: it did not happen, and may be run again. */
    CONFLICT("40000", "40001", "40P01"),
    /** Somebody else has it, or it took too long: the same request may succeed in a moment. */
    BUSY("53300", "55P03", "57014"),
    /** The login was refused. */
    LOGIN_REFUSED("28"),
    /** The connection is gone. What it ran may have happened, unless its transaction was open: then it did not. */
    LOST("08", "25P03", "57P01", "57P02", "57P05"),
    /** The session takes no writes: the statement did not happen, and belongs on another connection. */
    READ_ONLY("25006"),
    /** The database is coming, or cannot be used as it is. */
    UNAVAILABLE("57P03", "3D000", "53100", "53200"),
    /** Anything else: a defect, or a database that is not set up as it should be. */
    OTHER();

    private final Set<String> codes;

    SqlState(String... codes) {
        this.codes = Set.of(codes);
    }

    /** What this code means; a code of five characters, its class of two, or null. */
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

    /** What this failure means: the code of the first cause that has one. */
    public static SqlState of(Throwable failure) {
        return of(codeIn(failure));
    }

    /** The code of the first cause that has one, else null. Pools wrap what the driver threw. */
    public static String codeIn(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }

    /** What happened, in words for everybody. */
    public String words() {
        return switch (this) {
            case LOGIN_REFUSED -> "it refuses the login";
            case LOST -> "it cannot be reached";
            case READ_ONLY -> "it takes no writes";
            case BUSY, CONFLICT -> "it is busy";
            default -> "it is not ready";
        };
    }

    /** Whether a connection on which this happened must not be used again. */
    public boolean endsConnection() {
        return this == LOST || this == READ_ONLY;
    }

    /** Whether a transaction in which a statement failed so certainly did not happen and is worth another run. */
    public boolean rerunsTransaction() {
        return this == CONFLICT || endsConnection();
    }
}
