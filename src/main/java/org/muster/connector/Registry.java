package org.muster.connector;

import java.sql.Connection;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Where the application offers what opens its connections, and the pool's data source finds it, whichever class loaders
 * they live in: an entry of a JDK type among the system properties.
 */
public final class Registry {
    private static final String OPENER = "org.muster.connector.opener";

    private Registry() {}

    /**
     * Offers what opens a physical connection.
     *
     * @param opener throws nothing but {@link java.sql.SQLException}; must not depend on the caller's context class
     *     loader, which may be null
     */
    public static void offer(Callable<Connection> opener) {
        System.getProperties().put(OPENER, opener);
    }

    /** Takes back what was offered. */
    public static void withdraw() {
        System.getProperties().remove(OPENER);
    }

    @SuppressWarnings("unchecked")
    static Optional<Callable<Connection>> opener() {
        return Optional.ofNullable((Callable<Connection>) System.getProperties().get(OPENER));
    }
}
