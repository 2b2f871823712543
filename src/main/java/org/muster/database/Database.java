package org.muster.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import javax.sql.DataSource;
import org.muster.connections.GuardedPool;

/**
 * The application's database: makes the {@link Sql} that models run their statements with, and holds what all of them
 * share.
 */
@ApplicationScoped
public class Database {
    private final SlowStatements slowStatements = new SlowStatements();
    private final RetryPolicy retries = new RetryPolicy();
    private volatile GuardedPool pool = GuardedPool.unguarded();

    /**
     * Sets what statements run on from now on.
     *
     * @param slow the duration from which a statement counts as slow; zero if none does
     */
    public void use(GuardedPool connections, Duration slow) {
        slowStatements.from(slow);
        pool = connections;
    }

    /**
     * Runs statements on connections of this data source.
     *
     * @param connections the server's pool, as {@code java:comp/env/jdbc/muster}
     */
    public Sql sql(DataSource connections) {
        return new Sql(this, connections);
    }

    /**
     * Listens on a {@code NOTIFY} channel, on a connection beside the pool.
     *
     * @param name the channel's name, one that needs no quotes
     * @throws DatabaseException if the connection cannot be opened now
     */
    public Channel listen(String name) {
        return Channel.open(pool.factory().orElseThrow(), name);
    }

    /** What lends the connections. */
    public GuardedPool pool() {
        return pool;
    }

    /** The statements that took long. */
    public SlowStatements slowStatements() {
        return slowStatements;
    }

    /** When work that certainly did not happen is run again. */
    public RetryPolicy retries() {
        return retries;
    }
}
