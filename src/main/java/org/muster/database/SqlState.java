package org.muster.database;

import java.sql.SQLException;
import java.util.Set;

/** What an SQLSTATE means for Muster. */
public enum SqlState {
    /** A row with this key exists. */
    DUPLICATE("23505"),
    /** Somebody else has it, or it took too long: the same request may succeed in a moment. */
    BUSY("40001", "40P01", "53300", "55P03", "57014"),
    /** The login was refused. */
    LOGIN_REFUSED("28000", "28P01"),
    /** The database cannot be reached, is going or coming, or takes no writes. */
    UNAVAILABLE("08", "57P01", "57P02", "57P03", "57P05", "25006", "3D000", "53100", "53200"),
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

    /** The code of the first cause that has one, else null. Pools wrap what the driver threw. */
    static String codeIn(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
