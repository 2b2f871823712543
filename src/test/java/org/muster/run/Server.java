package org.muster.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server with Muster's WAR, as a process of its own: of the kind that the system property {@code server} names. */
public final class Server implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final int TOLERATED = 2;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final int port;
    private final Path log;
    private final Path temporary;
    private final Process process;
    private int strangeAnswers;

    private Server(Launch launch, Map<String, String> environment, int port, Path directory, Path log)
            throws IOException {
        this.port = port;
        this.log = log;
        // Servers unpack themselves into such a directory, and leave that there if they are killed.
        temporary = BuildDirectory.forRuns(directoryName(port));
        BuildDirectory.delete(temporary);
        Files.createDirectories(temporary);
        var builder = launch.from(temporary.toAbsolutePath())
                .directory(directory.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (isAlive()) {
                close();
            }
        }));
    }

    /** Starts one on a free port, in the current directory, with these variables added to the environment. */
    public static Server start(Map<String, String> environment) {
        return start(environment, freePort());
    }

    /** Starts one on this port, which must be free, in the current directory. */
    public static Server start(Map<String, String> environment, int port) {
        return start(environment, port, Path.of(""), BuildDirectory.forRuns("server-" + port + ".log"));
    }

    /** Starts one on this port, which must be free, in this directory, with this log, which is begun anew. */
    public static Server start(Map<String, String> environment, int port, Path directory, Path log) {
        for (var file : List.of(Distribution.wanted().program(), BuildDirectory.war())) {
            if (!Files.isReadable(file)) {
                throw CannotRun.missing(file);
            }
        }
        return start(
                temporary -> Distribution.wanted().launch(BuildDirectory.war().toAbsolutePath(), port, temporary),
                environment,
                port,
                directory,
                log);
    }

    /** Starts a Payara Server without Muster on a free port, with this port for its administration. */
    static Server emptyPayara(int administration) {
        var port = freePort();
        return start(
                temporary -> new PayaraServer().launch(Optional.empty(), port, administration, temporary),
                Map.of(),
                port,
                Path.of(""),
                BuildDirectory.forRuns("server-" + port + ".log"));
    }

    private static Server start(Launch launch, Map<String, String> environment, int port, Path directory, Path log) {
        try {
            return new Server(launch, environment, port, directory, log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The kind of server, as people call it. */
    public static String title() {
        return Distribution.wanted().title();
    }

    /** What a server of this kind makes of {@code DB_IDLE_TIMEOUT_S}. */
    public static Duration idle(Duration configured) {
        return Distribution.wanted().idle(configured);
    }

    /** A part of what the pool of a server of this kind asks of a new connection before it hands it out. */
    public static String firstStatement() {
        return Distribution.wanted().firstStatement();
    }

    /** The end of the name of a server's directory for temporary files, which is among its arguments. */
    static String directoryName(int port) {
        return "server-" + port;
    }

    public URI base() {
        return URI.create("http://localhost:" + port);
    }

    /** All that the process printed. */
    public Path log() {
        return log;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has tried to deploy Muster, with whatever success. */
    public boolean endedStart() {
        return new ServerLog(log).endsStart();
    }

    /**
     * Returns when Muster serves requests.
     *
     * @throws IllegalStateException if it cannot, or does not within this time; the message holds the reason
     */
    public void awaitReady(Duration atMost) {
        var end = System.nanoTime() + atMost.toNanos();
        var now = readiness();
        while (!now.ready()) {
            if (now.fatal() || System.nanoTime() > end) {
                throw new IllegalStateException("Not ready: " + now.reason() + " (server log: " + log + ")");
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted");
            }
            now = readiness();
        }
    }

    /** Whether Muster serves requests now; fatal if it never will, for instance because the process has ended. */
    Readiness readiness() {
        if (!isAlive()) {
            return failure("the server has stopped with exit code " + process.exitValue());
        }
        // In this order: at the end of the start Muster answers, if it is there.
        var started = endedStart();
        try {
            var request = HttpRequest.newBuilder(base().resolve("/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            // Not at the first strange answer: an overloaded server may give one.
            return Readiness.of(answer.body())
                    .orElseGet(() -> started && ++strangeAnswers > TOLERATED
                            ? failure("the server cannot deploy it")
                            : Readiness.UNKNOWN);
        } catch (IOException notListening) {
            return Readiness.UNKNOWN;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Readiness.UNKNOWN;
        }
    }

    /** Asks it to stop, with SIGTERM, and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** Ends it at once, with SIGKILL: for a test, or for somebody who will not wait. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Stops it in order, and returns its exit code. */
    public int stop() {
        return stop(STOP);
    }

    int stop(Duration grace) {
        try {
            terminate();
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
            var exitCode = process.waitFor();
            BuildDirectory.delete(temporary);
            return exitCode;
        } catch (InterruptedException interrupted) {
            kill();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted");
        }
    }

    @Override
    public void close() {
        stop();
    }

    private Readiness failure(String found) {
        var cause = new ServerLog(log).cause();
        return new Readiness(false, true, cause.isEmpty() ? found : found + ": " + cause);
    }

    /** Makes what starts a server that may write into this directory. */
    private interface Launch {
        ProcessBuilder from(Path temporary) throws IOException;
    }
}
