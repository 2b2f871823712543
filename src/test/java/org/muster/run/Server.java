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

/** A server process with Muster's WAR, of the distribution that the system property {@code server} selects. */
public final class Server implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final int MAX_UNEXPECTED_ANSWERS = 2;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final int port;
    private final Path log;
    private final Path temporary;
    private final Process process;
    private int unexpectedAnswers;

    private Server(Launch launch, Map<String, String> environment, int port, Path log) throws IOException {
        this.port = port;
        this.log = log;
        // Servers unpack themselves into their temporary directory, and do not delete it if they are killed.
        temporary = BuildDirectory.runFile(directoryName(port));
        BuildDirectory.delete(temporary);
        Files.createDirectories(temporary);
        var builder = launch.from(temporary.toAbsolutePath())
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

    /** Starts a server on a free port, in the current directory, with these additional environment variables. */
    public static Server start(Map<String, String> environment) {
        return start(environment, freePort());
    }

    /** Starts a server on this port, in the current directory. */
    public static Server start(Map<String, String> environment, int port) {
        return start(environment, port, BuildDirectory.war());
    }

    /** Starts a server with another WAR. */
    public static Server start(Map<String, String> environment, int port, Path war) {
        requireBuilt();
        return start(
                temporary -> Distribution.selected().launch(war.toAbsolutePath(), port, temporary),
                environment,
                port,
                log(port));
    }

    /** Starts the only server of this build directory: with its cache, if there is one. */
    public static Server startForDeveloper(Map<String, String> environment, int port) {
        return startForDeveloper(environment, port, log(port));
    }

    static Server startForDeveloper(Map<String, String> environment, int port, Path log) {
        requireBuilt();
        return start(
                temporary -> Distribution.selected()
                        .launchForDeveloper(BuildDirectory.war().toAbsolutePath(), port, temporary),
                environment,
                port,
                log);
    }

    private static Path log(int port) {
        return BuildDirectory.runFile("server-" + port + ".log");
    }

    private static void requireBuilt() {
        for (var file : List.of(Distribution.selected().program(), BuildDirectory.war())) {
            if (!Files.isReadable(file)) {
                throw CannotRunException.missing(file);
            }
        }
    }

    /** Starts a Payara Server without Muster on a free port. */
    static Server emptyPayara(int administration) {
        var port = freePort();
        return start(
                temporary -> new PayaraServer().launch(Optional.empty(), port, administration, temporary),
                Map.of(),
                port,
                log(port));
    }

    private static Server start(Launch launch, Map<String, String> environment, int port, Path log) {
        try {
            return new Server(launch, environment, port, log);
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

    /** Returns the WAR that Maven has built. */
    public static Path war() {
        return BuildDirectory.war();
    }

    /** Returns the name of the selected distribution. */
    public static String title() {
        return Distribution.selected().title();
    }

    /** Returns the idle timeout that the server's pool applies for this {@code DB_IDLE_TIMEOUT_S}. */
    public static Duration effectiveIdleTimeout(Duration configured) {
        return Distribution.selected().effectiveIdleTimeout(configured);
    }

    /** Returns the {@code java} program that runs servers: this JVM's, or that of the home that the system property {@code java} names. */
    public static String java() {
        return Distribution.java();
    }

    /** Returns the feature version of that JVM. */
    public static int javaVersion() throws IOException {
        return Distribution.javaVersion();
    }

    /** Returns whether an application can know that all of a body has arrived without reading it. */
    public static boolean tellsWhatHasArrived() {
        return Distribution.selected().tellsWhatHasArrived();
    }

    /** Returns a part of the statement that the server's pool runs on a new connection before it lends it. */
    public static String firstStatement() {
        return Distribution.selected().firstStatement();
    }

    /** Returns the name of a server's temporary directory, whose path is one of its command-line arguments. */
    static String directoryName(int port) {
        return "server-" + port;
    }

    public URI base() {
        return URI.create("http://localhost:" + port);
    }

    /** Returns the file with the output of the process. */
    public Path log() {
        return log;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns whether the server has started, and has deployed Muster or failed to. */
    public boolean startCompleted() {
        return new ServerLog(log).startCompleted();
    }

    /**
     * Waits until Muster serves requests.
     *
     * @throws IllegalStateException if it does not within this time, or fails; the message contains the reason
     */
    public void awaitReady(Duration atMost) {
        var end = System.nanoTime() + atMost.toNanos();
        var now = readiness();
        while (!now.ready()) {
            if (now.fatal() || System.nanoTime() > end) {
                throw new IllegalStateException("Not ready: " + now.reason() + " (server log: " + log + ")");
            }
            try {
                Thread.sleep(POLL_INTERVAL.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted");
            }
            now = readiness();
        }
    }

    /** Returns the current readiness; fatal if Muster cannot become ready, for example because the process has ended. */
    Readiness readiness() {
        if (!isAlive()) {
            return failure("the server has stopped with exit code " + process.exitValue());
        }
        // Before the request: once the start has completed, Muster answers if it is deployed.
        var started = startCompleted();
        try {
            var request = HttpRequest.newBuilder(base().resolve("/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            // An overloaded server may give a few unexpected answers.
            return Readiness.of(answer.body())
                    .orElseGet(() -> started && ++unexpectedAnswers > MAX_UNEXPECTED_ANSWERS
                            ? failure("the server cannot deploy the WAR")
                            : Readiness.UNKNOWN);
        } catch (IOException notListening) {
            return Readiness.UNKNOWN;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Readiness.UNKNOWN;
        }
    }

    /** Sends SIGTERM, and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Stops the server gracefully, and returns its exit code. */
    public int stop() {
        return stop(STOP_TIMEOUT);
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

    /** Creates the command that starts a server with this temporary directory. */
    private interface Launch {
        ProcessBuilder from(Path temporary) throws IOException;
    }
}
