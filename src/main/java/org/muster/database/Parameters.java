package org.muster.database;

import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a statement that has many: each beside the name of what it is in the statement, in the order of the
 * {@code ?}. The names are for readers only.
 */
public final class Parameters {
    private final List<Object> values = new ArrayList<>();

    /**
     * Adds the next parameter.
     *
     * @param name the column that it sets or is compared with
     * @param value may be null
     */
    public Parameters set(String name, Object value) {
        values.add(value);
        return this;
    }

    /** Adds these parameters, in their order. */
    public Parameters and(Parameters others) {
        values.addAll(others.values);
        return this;
    }

    /** The values alone, as {@link Sql} takes them. */
    public Object[] values() {
        return values.toArray();
    }
}
