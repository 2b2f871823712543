package org.muster.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.muster.run.Processes;

/** Forwards connections through HAProxy. Stopping HAProxy cuts the network: nothing arrives, and the sender sees no error. */
final class Network implements AutoCloseable {
    private static final String DEFAULTS = """
            defaults
                mode tcp
                timeout connect 2s
                timeout client 1h
                timeout server 1h
            """;
    private static final String FORWARD = """
            listen %1$d
                bind 127.0.0.1:%1$d
                server target 127.0.0.1:%2$d
            """;

    private final Process process;

    /**
     * Starts to forward.
     *
     * @param directory for its configuration and log
     * @param targets by the port that stands for each
     */
    Network(Path directory, String name, Map<Integer, Integer> targets) throws IOException {
        var configuration = new StringBuilder(DEFAULTS);
        targets.forEach((port, target) -> configuration.append(FORWARD.formatted(port, target)));
        var file = directory.resolve("network-" + name + ".cfg");
        Files.writeString(file, configuration);
        process = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("network-" + name + ".log").toFile())
                .start();
    }

    void cut() {
        Processes.signal("STOP", List.of(process.pid()));
    }

    void heal() {
        Processes.signal("CONT", List.of(process.pid()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
