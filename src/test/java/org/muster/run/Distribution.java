package org.muster.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A kind of server that Muster runs on. */
interface Distribution {
    /** The one that the system property {@code server} names; Payara Micro if none. */
    static Distribution wanted() {
        var name = System.getProperty("server", "payara-micro");
        return switch (name) {
            case "payara-micro" -> new PayaraMicro();
            case "wildfly" -> new WildFly();
            case "payara-server" -> new PayaraServer();
            case "openliberty" -> new OpenLiberty();
            default -> throw CannotRun.unknownServer(name);
        };
    }

    /** Configures the server that Maven has unpacked. */
    static void main(String[] arguments) throws IOException, InterruptedException {
        wanted().configure();
    }

    /** The directory that holds it. */
    static Path home() {
        return Path.of(System.getProperty("server.home", BuildDirectory.path().toString()))
                .toAbsolutePath();
    }

    /** As people call it. */
    String title();

    /** The file that must be there. */
    Path program();

    /** Prepares what Maven has unpacked, once for each build. */
    default void configure() throws IOException, InterruptedException {}

    /**
     * What starts it.
     *
     * @param temporary a directory of its own for whatever it writes, deleted afterwards
     */
    ProcessBuilder launch(Path war, int port, Path temporary) throws IOException;

    /** What its pool makes of {@code DB_IDLE_TIMEOUT_S}. */
    default Duration idle(Duration configured) {
        return configured;
    }

    /** A part of what its pool asks of a new connection before it hands it out. */
    String firstStatement();

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
