package org.muster.poolers;

import static org.muster.Await.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Debian's PgBouncer in front of a database. */
final class PgBouncer implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/pgbouncer");
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Path directory;
    private final int port = Server.freePort();
    private final Process process;

    private PgBouncer(EmbeddedDatabase database, Map<String, String> settings) throws IOException {
        directory = Files.createTempDirectory("muster-pgbouncer-");
        var file = directory.resolve("pgbouncer.ini");
        var users = directory.resolve("users.txt");
        Files.writeString(users, "\"muster\" \"" + database.password() + "\"\n");
        Files.writeString(
                file,
                "[databases]\n* = host=localhost port=" + database.port() + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                        + "listen_port = " + port + "\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = "
                        + users + "\n"
                        + settings.entrySet().stream()
                                .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
                                .collect(Collectors.joining()));
        var command = new ArrayList<String>();
        if (ROOT) {
            // It refuses to run as root.
            execute(List.of("chown", "-R", "postgres", directory.toString()));
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.addAll(List.of(BINARY.toString(), file.toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        await("PgBouncer", Duration.ofSeconds(10), () -> {
            try (var socket = new Socket("localhost", port)) {
                return socket.isConnected();
            }
        });
    }

    static boolean installed() {
        return Files.isExecutable(BINARY);
    }

    /** Starts one that lends a connection for each transaction. */
    static PgBouncer transactions(EmbeddedDatabase database, int connections) throws IOException {
        return new PgBouncer(
                database,
                Map.of(
                        "pool_mode",
                        "transaction",
                        "default_pool_size",
                        String.valueOf(connections),
                        "ignore_startup_parameters",
                        "extra_float_digits"));
    }

    /** Starts one in transaction mode that ignores what it does not know, so that nobody notices at first. */
    static PgBouncer silentTransactions(EmbeddedDatabase database) throws IOException {
        return new PgBouncer(
                database,
                Map.of("pool_mode", "transaction", "ignore_startup_parameters", "extra_float_digits,options"));
    }

    /** Starts one that lends a connection for a session. */
    static PgBouncer sessions(EmbeddedDatabase database, int connections) throws IOException {
        return new PgBouncer(
                database,
                Map.of(
                        "pool_mode",
                        "session",
                        "default_pool_size",
                        String.valueOf(connections),
                        "ignore_startup_parameters",
                        "extra_float_digits,options"));
    }

    int port() {
        return port;
    }

    /** What it has logged. */
    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private static void execute(List<String> command) throws IOException {
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            execute(List.of("rm", "-rf", directory.toString()));
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
