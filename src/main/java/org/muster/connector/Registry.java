package org.muster.connector;

import java.sql.Connection;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Holds the application's connection factories, for the data sources of the server's pools. They may be loaded by different
 * class loaders, so the factories are stored under a JDK type in the system properties.
 */
public final class Registry {
    /** Unchanged since the first release: a server may have a connector of another release than the application. */
    private static final String KEY = "org.muster.connector.opener";

    /** The pool of the primary. */
    public static final String PRIMARY = "";
    /** The pool of the replicas. */
    public static final String REPLICA = "replica";

    private Registry() {}

    /**
     * Registers the application's connection factory for a pool.
     *
     * @param pool {@link #PRIMARY} or {@link #REPLICA}
     * @param factory opens a physical connection; throws only {@link java.sql.SQLException} and unchecked exceptions, and must
     *     not depend on the caller's context class loader, which may be null
     */
    public static void register(String pool, Callable<Connection> factory) {
        System.getProperties().put(key(pool), factory);
    }

    /** Removes the connection factory of a pool. */
    public static void unregister(String pool) {
        System.getProperties().remove(key(pool));
    }

    @SuppressWarnings("unchecked")
    static Optional<Callable<Connection>> connectionFactory(String pool) {
        return Optional.ofNullable((Callable<Connection>) System.getProperties().get(key(pool)));
    }

    private static String key(String pool) {
        return pool.equals(PRIMARY) ? KEY : KEY + "." + pool;
    }
}
