package org.muster.faults;

import static org.muster.Await.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.muster.run.Server;

/**
 * A primary with a synchronous standby, set up with the PostgreSQL tools of Debian's packages: the embedded PostgreSQL has no {@code
 * pg_basebackup}.
 */
final class ReplicatedDatabase implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final String password = UUID.randomUUID().toString();
    private final Path binaries;
    private final Path directory;
    private final Node primary;
    private final Node standby;

    record Node(Path data, int port) {}

    private ReplicatedDatabase(Path binaries) throws IOException, SQLException {
        this.binaries = binaries;
        directory = Files.createTempDirectory("muster-replicated-");
        own(directory);
        primary = new Node(directory.resolve("a"), Server.freePort());
        standby = new Node(directory.resolve("b"), Server.freePort());
        startPrimary();
        startStandby();
    }

    /** Returns the directory of the tools; empty if they are not installed. */
    static Optional<Path> installed() {
        try (Stream<Path> versions = Files.isDirectory(INSTALLED) ? Files.list(INSTALLED) : Stream.empty()) {
            return versions.filter(version -> Files.isExecutable(version.resolve("bin/pg_basebackup")))
                    .max(Comparator.comparingInt(
                            version -> Integer.parseInt(version.getFileName().toString())))
                    .map(version -> version.resolve("bin"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Starts both, and waits until the standby is synchronous. */
    static ReplicatedDatabase start() throws IOException, SQLException {
        return new ReplicatedDatabase(installed().orElseThrow());
    }

    String hosts() {
        return "localhost:" + primary.port + ",localhost:" + standby.port;
    }

    String password() {
        return password;
    }

    Connection connectToStandby() throws SQLException {
        return connect(standby, "muster", "muster");
    }

    /** Sends SIGKILL to all processes of the primary, which simulates the loss of its machine. */
    void killPrimary() throws IOException {
        var postmaster = Long.parseLong(
                read("head", "-1", primary.data.resolve("postmaster.pid").toString()));
        var pids = new ArrayList<>(List.of(String.valueOf(postmaster)));
        ProcessHandle.of(postmaster)
                .orElseThrow()
                .descendants()
                .forEach(child -> pids.add(String.valueOf(child.pid())));
        Rig.kill("KILL", pids);
    }

    /** Promotes the standby, and returns when it accepts writes. */
    void promoteStandby() {
        run("pg_ctl", "promote", "-w", "-D", standby.data.toString());
    }

    private void startPrimary() throws IOException, SQLException {
        var passwordFile = directory.resolve("password");
        Files.writeString(passwordFile, password);
        own(passwordFile);
        run(
                "initdb",
                "-D",
                primary.data.toString(),
                "-U",
                "postgres",
                "-A",
                "scram-sha-256",
                "--pwfile",
                passwordFile.toString(),
                "--locale=C",
                "-E",
                "UTF8");
        configure(primary, "synchronous_standby_names = '*'");
        run(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                primary.data.toString(),
                "-l",
                directory.resolve("a.log").toString());
        try (var connection = connect(primary, "postgres", "postgres");
                var statement = connection.createStatement()) {
            // The standby does not exist yet.
            statement.execute("SET synchronous_commit = local");
            statement.execute("CREATE ROLE muster LOGIN PASSWORD '" + password + "'");
            statement.execute("CREATE DATABASE muster OWNER muster");
        }
    }

    private void startStandby() throws IOException, SQLException {
        run(
                "pg_basebackup",
                "-D",
                standby.data.toString(),
                "-R",
                "-c",
                "fast",
                "-X",
                "stream",
                "-d",
                "host=localhost port=" + primary.port + " user=postgres password=" + password);
        // After its promotion it has no standby.
        configure(standby, "synchronous_standby_names = ''");
        run(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                standby.data.toString(),
                "-l",
                directory.resolve("b.log").toString());
        await("the standby to be synchronous", Duration.ofSeconds(20), () -> {
            try (var connection = connect(primary, "postgres", "postgres");
                    var row = connection
                            .createStatement()
                            .executeQuery("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) {
                return row.next() && row.getInt(1) == 1;
            }
        });
    }

    private void configure(Node node, String replication) {
        var lines = String.join(
                "\n",
                "",
                "port = " + node.port,
                "listen_addresses = 'localhost'",
                "unix_socket_directories = ''",
                "wal_level = replica",
                "hot_standby = on",
                "synchronous_commit = on",
                replication,
                "");
        run(
                "sh",
                "-c",
                "printf '%s' \"$0\" >> \"$1\"",
                lines,
                node.data.resolve("postgresql.conf").toString());
    }

    private Connection connect(Node node, String user, String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + node.port + "/" + database, user, password);
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> asOwner(List<String> command) {
        var all = new ArrayList<>(command);
        if ("root".equals(System.getProperty("user.name"))) {
            all.addAll(0, List.of("runuser", "-u", "postgres", "--"));
        }
        return all;
    }

    private static void own(Path path) {
        if ("root".equals(System.getProperty("user.name"))) {
            execute(List.of("chown", "postgres", path.toString()));
        }
    }

    private void run(String tool, String... arguments) {
        var command = new ArrayList<String>();
        command.add(tool.equals("sh") ? tool : binaries.resolve(tool).toString());
        command.addAll(List.of(arguments));
        execute(asOwner(command));
    }

    private static String read(String... command) {
        return execute(asOwner(List.of(command))).strip();
    }

    private static String execute(List<String> command) {
        try {
            var output = Files.createTempFile("muster-", ".out");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            var code = process.waitFor();
            var printed = Files.readString(output);
            Files.delete(output);
            if (code != 0) {
                throw new IllegalStateException(command + " failed: " + printed);
            }
            return printed;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        for (var node : List.of(primary, standby)) {
            try {
                run("pg_ctl", "stop", "-m", "immediate", "-D", node.data.toString());
            } catch (IllegalStateException notRunning) {
                // There is nothing to stop.
            }
        }
        execute(List.of("rm", "-rf", directory.toString()));
    }
}
