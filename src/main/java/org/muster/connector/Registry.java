package org.muster.connector;

import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/**
 * Where the application and the connector meet, whichever class loaders they live in: two entries of JDK types among
 * the system properties.
 *
 * <p>A login is a map of the driver's connection properties with the JDBC address under {@code url}.
 */
public final class Registry {
    /** In a login: the longest that an open connection waits for the database, in ms; absent means for ever. */
    public static final String NETWORK_TIMEOUT = "networkTimeout";

    private static final String LOGINS = "org.muster.connector.logins";
    private static final String OPEN = "org.muster.connector.open";

    private Registry() {}

    /**
     * Offers the logins to open connections with.
     *
     * @param logins gets the login that the database refused, or an empty map, and gives the one to use now; must be
     *     quick and must not depend on the caller's context class loader, which is null
     */
    public static void offer(UnaryOperator<Map<String, String>> logins) {
        System.getProperties().put(LOGINS, logins);
    }

    /** Takes back what was offered. */
    public static void withdraw() {
        System.getProperties().remove(LOGINS);
    }

    @SuppressWarnings("unchecked")
    static Optional<UnaryOperator<Map<String, String>>> logins() {
        return Optional.ofNullable(
                (UnaryOperator<Map<String, String>>) System.getProperties().get(LOGINS));
    }

    static void count(IntSupplier open) {
        System.getProperties().put(OPEN, open);
    }

    /** How many physical connections are open. */
    public static int open() {
        return System.getProperties().get(OPEN) instanceof IntSupplier open ? open.getAsInt() : 0;
    }
}
