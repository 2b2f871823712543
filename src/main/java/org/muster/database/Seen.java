package org.muster.database;

/**
 * What a client has seen of the database.
 *
 * @param transaction the id of a transaction
 * @param all whether also everything that was committed before; if not, its own transaction only
 */
public record Seen(long transaction, boolean all) {
    /** Of a client that has seen nothing. */
    public static final Seen NOTHING = new Seen(0, false);

    /** What has been seen together. */
    public Seen and(Seen other) {
        return new Seen(Math.max(transaction, other.transaction), all || other.all);
    }
}
