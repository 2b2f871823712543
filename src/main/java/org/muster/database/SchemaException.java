package org.muster.database;

import org.muster.connections.Condition;

/** The schema cannot be used. The message says why, in one line, for the operator. */
public final class SchemaException extends Exception {
    private static final long serialVersionUID = 1;

    private final Condition condition;

    /** @param detail what was found */
    SchemaException(Condition condition, String detail, Throwable cause) {
        super(detail, cause);
        this.condition = condition;
    }

    /** Returns what is wrong. */
    public Condition condition() {
        return condition;
    }
}
