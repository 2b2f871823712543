package org.muster.database;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The columns that a model reads from a table, as its statements list them. With {@code *}, a statement would return another column as
 * soon as the migration of a newer node has added it, and PostgreSQL does not execute a prepared statement whose result has changed.
 */
public final class Columns {
    private final List<String> names;

    private Columns(List<String> names) {
        this.names = names;
    }

    /** @param names separated by commas */
    public static Columns of(String names) {
        return new Columns(List.of(names.strip().split(",\\s*")));
    }

    /** For statements that join tables: {@code activity.title, activity.place}. */
    public String qualified(String table) {
        return joined(name -> table + "." + name);
    }

    /** For results with equal names from several tables: {@code own.state AS own_state, own.seats AS own_seats}. */
    public String prefixed(String table, String prefix) {
        return joined(name -> table + "." + name + " AS " + prefix + name);
    }

    /** For statements that read one table: {@code title, place}. */
    @Override
    public String toString() {
        return joined(name -> name);
    }

    private String joined(UnaryOperator<String> column) {
        return names.stream().map(column).collect(Collectors.joining(", "));
    }
}
