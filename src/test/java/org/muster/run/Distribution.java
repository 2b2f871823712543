package org.muster.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** A server product that Muster runs on. */
interface Distribution {
    /** Returns the distribution that the system property {@code server} selects; by default Payara Micro. */
    static Distribution selected() {
        var name = System.getProperty("server", "payara-micro");
        return switch (name) {
            case "payara-micro" -> new PayaraMicro();
            case "wildfly" -> new WildFly();
            case "payara-server" -> new PayaraServer();
            case "openliberty" -> new OpenLiberty();
            default -> throw CannotRunException.unknownServer(name);
        };
    }

    /** Configures the server that Maven has unpacked. */
    static void main(String[] arguments) throws IOException, InterruptedException {
        selected().configure();
    }

    /** The directory that holds it. */
    static Path home() {
        return Path.of(System.getProperty("server.home", BuildDirectory.path().toString()))
                .toAbsolutePath();
    }

    /** Returns the name of the product. */
    String title();

    /** Returns the file that must exist before the server can be started. */
    Path program();

    /** Prepares what Maven has unpacked, once for each build. */
    default void configure() throws IOException, InterruptedException {}

    /**
     * Returns the command that starts the server.
     *
     * @param temporary a directory for all files that the server writes, deleted afterwards
     */
    ProcessBuilder launch(Path war, int port, Path temporary) throws IOException;

    /** Returns the command that starts the only server of this build directory, with the cache if there is one. */
    default ProcessBuilder launchForDeveloper(Path war, int port, Path temporary) throws IOException {
        return launch(war, port, temporary);
    }

    /** Makes the cache with which {@link #launchForDeveloper} starts faster. */
    default void makeCache(Map<String, String> environment) throws IOException, InterruptedException {
        throw CannotRunException.cacheNotSupported(title());
    }

    /** Returns the idle timeout that its pool applies for this {@code DB_IDLE_TIMEOUT_S}. */
    default Duration effectiveIdleTimeout(Duration configured) {
        return configured;
    }

    /** Returns a part of the statement that its pool runs on a new connection before it lends it. */
    String firstStatement();

    /** Returns whether an application can know that all of a body has arrived without reading it. */
    default boolean tellsWhatHasArrived() {
        return true;
    }

    /** The program of the JVM that runs servers. */
    static String java() {
        return javaHome().resolve("bin/java").toString();
    }

    /** Returns the feature version of that JVM. */
    static int javaVersion() throws IOException {
        var release = new Properties();
        try (var file = Files.newBufferedReader(javaHome().resolve("release"))) {
            release.load(file);
        }
        return Runtime.Version.parse(release.getProperty("JAVA_VERSION").replace("\"", ""))
                .feature();
    }

    /** Returns the home that the system property {@code java} names, by default this JVM's. */
    static Path javaHome() {
        return Path.of(System.getProperty("java", System.getProperty("java.home")));
    }
}
