package org.muster.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.muster.settings.Environment;
import org.muster.settings.InvalidSettingsException;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/** {@code mvn -Prun}: starts the database and the server. On a signal, stops both in reverse order. */
public final class Run {
    /** The maximum time that the server takes to stop after its requests have finished. */
    private static final Duration SERVER_STOP_TIMEOUT = Duration.ofSeconds(60);
    /** A reason is printed after this many checks in a row: some reasons occur briefly at every start. */
    private static final int CHECKS_BEFORE_REPORT = 16;

    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile Server server;

    private Run() {}

    /** Exits the JVM, which is Maven's: with 0 after a signal, or with 1 after an error, which is printed to standard error. */
    public static void main(String[] arguments) {
        System.exit(new Run().run());
    }

    private int run() {
        StopSignals.handle(this::signal);
        try {
            var settings = SettingsReader.read(Environment.ofProcess());
            var port = port();
            if (settings.databaseConfigured()) {
                serve(settings, port, Optional.empty());
            } else {
                withDatabase(settings, port);
            }
        } catch (CannotRunException | InvalidSettingsException refusal) {
            // A signal from the terminal also reaches child processes, so that a start in progress fails. That is no
            // error.
            if (!stopping()) {
                System.err.println(refusal.getMessage());
                return 1;
            }
        }
        System.out.println("Stopped");
        return 0;
    }

    private void withDatabase(Settings settings, int port) {
        System.out.println("Starting PostgreSQL " + DataDirectory.MAJOR_VERSION + " in ./data");
        try (var database = EmbeddedDatabase.in(Path.of("data"))) {
            if (!stopping()) {
                serve(settings, port, Optional.of(database));
            }
            System.out.println("Stopping PostgreSQL");
        }
    }

    private void serve(Settings settings, int port, Optional<EmbeddedDatabase> database) {
        var log = BuildDirectory.runFile("server.log");
        var environment = database.map(own -> environment(settings, own, port)).orElseGet(Map::of);
        if (Boolean.getBoolean("cache")) {
            makeCache(environment);
        }
        try (var started = Server.startForDeveloper(environment, port, log)) {
            server = started;
            System.out.println("Starting " + Distribution.selected().title() + " (its log: " + log + ")");
            if (becomesReady(started)) {
                if (Boolean.getBoolean("demo")) {
                    System.out.println(Demo.create(started.base(), database));
                }
                System.out.println(
                        "Muster is ready at " + started.base() + " (Ctrl-C stops it; server log: " + log + ")");
                // The JVM is Maven's: the memory that the build needed goes back, as .mvn/jvm.config asks.
                System.gc();
                waitForEnd(started);
            }
            if (!started.isAlive() && !waitForStop()) {
                throw CannotRunException.serverFailed(started.readiness().reason(), log);
            }
            System.out.println("Stopping the server");
            started.stop(settings.shutdownGrace().plus(SERVER_STOP_TIMEOUT));
        }
    }

    /** Without a mail server, mail is shown. */
    private static Map<String, String> environment(Settings settings, EmbeddedDatabase database, int port) {
        var environment = new HashMap<>(database.environment());
        if (settings.mail().isEmpty()) {
            environment.put("MUSTER_MAIL_PREVIEW", "http://localhost:" + port);
        }
        return environment;
    }

    private static void makeCache(Map<String, String> environment) {
        try {
            Distribution.selected().makeCache(environment);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CannotRunException.noCache();
        }
    }

    private boolean becomesReady(Server started) {
        var reason = "";
        var repeated = 0;
        while (!waitForStop()) {
            var now = started.readiness();
            if (now.fatal() && !waitForStop()) {
                throw CannotRunException.serverFailed(now.reason(), started.log());
            }
            if (now.ready()) {
                return true;
            }
            repeated = now.reason().equals(reason) ? repeated + 1 : 0;
            reason = now.reason();
            if (repeated == CHECKS_BEFORE_REPORT - 1 && !reason.isEmpty()) {
                System.out.println("Not ready yet: " + reason);
            }
        }
        return false;
    }

    private void waitForEnd(Server started) {
        var stopped = false;
        while (started.isAlive() && !stopped) {
            stopped = waitForStop();
        }
    }

    /** The first signal stops gracefully. The second one kills the server, without waiting for requests in flight. */
    private void signal() {
        var running = server;
        if (stopping() && running != null) {
            running.kill();
        }
        stop.countDown();
    }

    private boolean stopping() {
        return stop.getCount() == 0;
    }

    private boolean waitForStop() {
        try {
            return stop.await(250, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static int port() {
        var value = System.getProperty("port", "8080");
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw CannotRunException.invalidPort(value);
        }
        var port = Integer.parseInt(value);
        try (var socket = new ServerSocket(port)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            musterOn(port).ifPresent(process -> {
                throw CannotRunException.portTakenByMuster(port, process);
            });
            throw CannotRunException.portUnavailable(port, failure);
        }
    }

    /** Returns the process of a Muster server on this port, most likely one whose launcher was killed. */
    private static Optional<Long> musterOn(int port) {
        return ProcessHandle.allProcesses()
                .filter(process -> Stream.of(process.info().arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.endsWith(Server.directoryName(port))))
                .map(ProcessHandle::pid)
                .findFirst();
    }
}
