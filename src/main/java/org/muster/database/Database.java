package org.muster.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.connections.GuardedPool;

/**
 * The application's database. Creates the {@link Sql} objects with which models run statements, and holds the state that they
 * share.
 */
@ApplicationScoped
public class Database {
    private final SlowStatements slowStatements = new SlowStatements();
    private final RetryPolicy retries = new RetryPolicy();
    private final Impairments impairments = new Impairments();
    private volatile Runnable commitListener = () -> {};
    private volatile GuardedPool pool = GuardedPool.unguarded();
    private volatile Optional<Replicas> replicas = Optional.empty();

    /**
     * Sets the pool on which statements run.
     *
     * @param statementTimeout the time limit of a statement; zero for none
     * @param slow the run time from which a statement is logged as slow; zero for none
     */
    public void use(GuardedPool connections, Duration statementTimeout, Duration slow) {
        retries.setStatementTimeout(statementTimeout);
        slowStatements.setThreshold(slow);
        pool = connections;
    }

    /**
     * Returns an {@link Sql} that runs statements on connections of a data source.
     *
     * @param connections the server's pool, as {@code java:comp/env/jdbc/muster}
     */
    public Sql sql(DataSource connections) {
        return new Sql(this::pool, this::replicas, slowStatements, retries, impairments, connections);
    }

    /**
     * Listens on a {@code NOTIFY} channel, on a dedicated connection outside the pool. Through a
     * pooler that keeps no sessions, nothing is received.
     *
     * @param name the channel's name, an SQL identifier that needs no quotes
     * @throws DatabaseException if the connection cannot be opened
     * @throws java.util.NoSuchElementException before start-up has set the pool
     */
    public Channel listen(String name) {
        var factory = pool.factory().orElseThrow();
        return factory.unpooled().areSessions() ? Channel.open(factory, name) : Channel.silent();
    }

    /** Has this run after each commit, in the committing thread: it must be quick. */
    public void onCommit(Runnable listener) {
        commitListener = listener;
    }

    /** Sets the replicas on which reads may run. */
    public void use(Replicas known) {
        replicas = Optional.of(known);
    }

    /** Returns the replicas on which reads may run; empty if there are none. */
    public Optional<Replicas> replicas() {
        return replicas;
    }

    /** Notes that a transaction was committed. */
    public void committed() {
        Consistency.committed();
        impairments.committed();
        commitListener.run();
    }

    /** Returns the pool that lends the connections. */
    public GuardedPool pool() {
        return pool;
    }

    /** Whether all connections are in use: who asks now would wait. */
    public boolean exhausted() {
        var figures = pool.figures();
        return figures.active() >= figures.max();
    }

    /** Returns what statements have failed with, if it says something about the database. */
    public Impairments impairments() {
        return impairments;
    }

    /** Returns the slow statements. */
    public SlowStatements slowStatements() {
        return slowStatements;
    }

    /** Returns the policy for retries. */
    public RetryPolicy retries() {
        return retries;
    }
}
