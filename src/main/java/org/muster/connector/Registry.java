package org.muster.connector;

import java.sql.Connection;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Holds the application's connection factory, for the data source of the server's pool. The two may be loaded by different
 * class loaders, so the factory is stored under a JDK type in the system properties.
 */
public final class Registry {
    /** Unchanged since the first release: a server may have a connector of another release than the application. */
    private static final String KEY = "org.muster.connector.opener";

    private Registry() {}

    /**
     * Registers the application's connection factory.
     *
     * @param factory opens a physical connection; throws only {@link java.sql.SQLException} and unchecked exceptions, and must
     *     not depend on the caller's context class loader, which may be null
     */
    public static void register(Callable<Connection> factory) {
        System.getProperties().put(KEY, factory);
    }

    /** Removes the connection factory. */
    public static void unregister() {
        System.getProperties().remove(KEY);
    }

    @SuppressWarnings("unchecked")
    static Optional<Callable<Connection>> connectionFactory() {
        return Optional.ofNullable((Callable<Connection>) System.getProperties().get(KEY));
    }
}
