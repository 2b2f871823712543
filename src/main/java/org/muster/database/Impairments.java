package org.muster.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.muster.connections.SqlState;

/** States of the database in which statements fail although there are connections. A failed statement is what shows them. */
public final class Impairments {
    /** A full disk is presumed to be full for this long after a statement has failed because of it. */
    private static final Duration DISK_FULL_PERIOD = Duration.ofSeconds(60);
    /** Unless a transaction commits when none has failed because of it for this long. */
    private static final Duration DISK_FULL_MIN_PERIOD = Duration.ofSeconds(5);

    private static final Duration REFUSED_PERIOD = Duration.ofSeconds(60);

    private volatile Seen diskFull;
    private volatile Seen schema;
    private volatile Seen refused;

    /**
     * What a statement failed with.
     *
     * @param code the SQLSTATE
     * @param message one line from the database, for the operator; it may name tables and columns, but holds no values
     * @param at when, as {@link System#nanoTime}
     */
    public record Seen(String code, String message, long at) {}

    void statementFailed(SqlState state, SQLException failure) {
        switch (state) {
            case DISK_FULL -> diskFull = seen(failure);
            case WRONG_SCHEMA, NOT_PERMITTED -> schema = seen(failure);
            default -> {
                // It says nothing about the database, or ends the connection.
            }
        }
    }

    /** Notes that a transaction was committed. */
    void committed() {
        var full = diskFull;
        if (full != null && System.nanoTime() - full.at > DISK_FULL_MIN_PERIOD.toNanos()) {
            diskFull = null;
        }
    }

    private static Seen seen(SQLException failure) {
        return new Seen(SqlState.codeIn(failure), SqlState.firstLine(failure), System.nanoTime());
    }

    /** Returns the last failure because the disk is full, if it is recent. */
    public Optional<Seen> diskFull() {
        return Optional.ofNullable(diskFull).filter(seen -> System.nanoTime() - seen.at < DISK_FULL_PERIOD.toNanos());
    }

    /** Returns the last failure because of a missing table or privilege, unless it is {@link #verified}. */
    public Optional<Seen> schema() {
        return Optional.ofNullable(schema);
    }

    /**
     * Notes that the schema was verified after this failure.
     *
     * @param complete whether it was found to be complete: the failure has another cause then
     */
    public synchronized void verified(Seen failure, boolean complete) {
        refused = complete ? failure : null;
        if (schema == failure) {
            schema = null;
        }
    }

    /** Returns the last failure because of a missing object or privilege in a complete schema, if it is recent. */
    public Optional<Seen> refused() {
        return Optional.ofNullable(refused).filter(seen -> System.nanoTime() - seen.at < REFUSED_PERIOD.toNanos());
    }
}
