package org.muster.lifecycle;

import java.sql.SQLException;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.connections.Condition;
import org.muster.connections.SqlState;
import org.muster.database.SchemaException;

/**
 * What keeps the database from being used, as far as is known.
 *
 * @param code the SQLSTATE; empty if there is none
 * @param detail what the database or the driver says, one line; without secrets
 */
record Diagnosis(Condition condition, String code, String detail) {

    static Diagnosis of(Outage outage) {
        return new Diagnosis(Condition.ofLogin(outage.code(), outage.reason()), text(outage.code()), outage.reason());
    }

    /** Open connections go on, but no other can be opened. */
    static Diagnosis ofNewConnections(Outage outage) {
        var cause = of(outage);
        return new Diagnosis(cause.condition, cause.code, "no further connection can be opened: " + cause.detail);
    }

    static Diagnosis of(SchemaException failure) {
        return new Diagnosis(failure.condition(), text(SqlState.codeIn(failure)), failure.getMessage());
    }

    /** The database could not be asked. The driver's messages hold no password. */
    static Diagnosis of(SQLException failure) {
        var code = SqlState.codeIn(failure);
        var detail = message(failure);
        return new Diagnosis(Condition.ofLogin(code, detail), text(code), detail);
    }

    private static String message(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return SqlState.firstLine(sql);
            }
        }
        return SqlState.firstLine(failure);
    }

    private static String text(String code) {
        return code == null ? "" : code;
    }

    /**
     * What is wrong, then what to do.
     *
     * @param address of the database
     * @param source where the login comes from
     */
    String reason(String address, String source) {
        var subject =
                condition == Condition.LOGIN_REFUSED ? condition.problem() + " from " + source : condition.problem();
        return "the database " + address + " " + subject + (code.isEmpty() ? "" : " (SQLSTATE " + code + ")") + ": "
                + detail.replaceAll("\\.+$", "") + ". " + condition.remedy() + ".";
    }
}
