package org.muster.replication;

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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.muster.run.Processes;
import org.muster.run.Server;

/**
 * A primary with standbys that receive its changes, set up with the PostgreSQL tools of Debian's packages: the embedded PostgreSQL has no {@code
 * pg_basebackup}.
 */
public final class ReplicatedDatabase implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private static final long MILLIS_PER_TICK = 10;

    private final String password = UUID.randomUUID().toString();
    private final Path binaries;
    private final Path directory;
    private final Node primary;
    private final List<Node> standbys = new ArrayList<>();

    private record Node(Path data, int port) {}

    private ReplicatedDatabase(Path binaries, int standbys, String synchronous) throws IOException, SQLException {
        this.binaries = binaries;
        directory = Files.createTempDirectory("muster-replicated-");
        own(directory);
        primary = new Node(directory.resolve("primary"), Server.freePort());
        startPrimary(synchronous);
        for (var i = 0; i < standbys; i++) {
            startStandby(new Node(directory.resolve("standby" + i), Server.freePort()));
        }
    }

    /** Returns the directory of the tools; empty if they are not installed. */
    public static Optional<Path> installed() {
        try (Stream<Path> versions = Files.isDirectory(INSTALLED) ? Files.list(INSTALLED) : Stream.empty()) {
            return versions.filter(version -> Files.isExecutable(version.resolve("bin/pg_basebackup")))
                    .max(Comparator.comparingInt(
                            version -> Integer.parseInt(version.getFileName().toString())))
                    .map(version -> version.resolve("bin"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Starts a primary with one synchronous standby. */
    public static ReplicatedDatabase synchronous() throws IOException, SQLException {
        return new ReplicatedDatabase(installed().orElseThrow(), 1, "*");
    }

    /** Starts a primary that waits for none of its standbys. */
    public static ReplicatedDatabase asynchronous(int standbys) throws IOException, SQLException {
        return new ReplicatedDatabase(installed().orElseThrow(), standbys, "");
    }

    /** The hosts of the primary and of all standbys, as a list for Muster. */
    public String hosts() {
        return host(primary) + "," + standbyHosts();
    }

    /** The hosts of the standbys, as a list for Muster. */
    public String standbyHosts() {
        return standbys.stream().map(ReplicatedDatabase::host).collect(Collectors.joining(","));
    }

    private static String host(Node node) {
        return "localhost:" + node.port;
    }

    public int standbyPort(int standby) {
        return standbys.get(standby).port;
    }

    public String password() {
        return password;
    }

    public Connection connectToPrimary() throws SQLException {
        return connect(primary, "muster", "muster");
    }

    public Connection connectToStandby(int standby) throws SQLException {
        return connect(standbys.get(standby), "muster", "muster");
    }

    /** Has a standby stop applying what it receives, or go on. */
    public void pauseReplay(int standby, boolean pause) throws SQLException {
        try (var connection = connect(standbys.get(standby), "postgres", "postgres");
                var statement = connection.createStatement()) {
            statement.execute(pause ? "SELECT pg_wal_replay_pause()" : "SELECT pg_wal_replay_resume()");
        }
    }

    /** Sends SIGKILL to all processes of the primary, which simulates the loss of its machine. */
    public void killPrimary() throws IOException {
        signal(primary, "KILL");
    }

    /** Sends SIGKILL to all processes of a standby. */
    public void killStandby(int standby) throws IOException {
        signal(standbys.get(standby), "KILL");
    }

    /** Sends a signal to all processes of a standby. */
    public void signalStandby(int standby, String signal) throws IOException {
        signal(standbys.get(standby), signal);
    }

    /** The CPU time that the primary's processes have used, those that have ended included. */
    public long primaryCpuMillis() throws IOException {
        var postmaster = postmaster(primary);
        var ticks = cpuTicks(postmaster, true);
        for (var child :
                ProcessHandle.of(postmaster).orElseThrow().descendants().toList()) {
            ticks += cpuTicks(child.pid(), false);
        }
        return ticks * MILLIS_PER_TICK;
    }

    /** Fields 14 and 15 of {@code proc(5)}, and for ended children 16 and 17. */
    private static long cpuTicks(long pid, boolean children) throws IOException {
        var stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        var own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return children ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own;
    }

    private static long postmaster(Node node) {
        return Long.parseLong(
                read("head", "-1", node.data.resolve("postmaster.pid").toString()));
    }

    private void signal(Node node, String signal) throws IOException {
        var pids = Processes.tree(postmaster(node)).toList();
        Processes.signal(signal, pids);
        if (signal.equals("KILL")) {
            await(
                    "the processes to end",
                    Duration.ofSeconds(10),
                    () -> pids.stream()
                            .noneMatch(pid -> ProcessHandle.of(pid)
                                    .filter(ProcessHandle::isAlive)
                                    .isPresent()));
        }
    }

    /** Promotes the first standby, and returns when it accepts writes. */
    public void promoteStandby() {
        run("pg_ctl", "promote", "-w", "-D", standbys.get(0).data.toString());
    }

    /** Starts a standby that was killed. */
    public void startStandby(int standby) {
        start(standbys.get(standby));
    }

    private void start(Node node) {
        run(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                node.data.toString(),
                "-l",
                directory.resolve(node.data.getFileName() + ".log").toString());
    }

    private void startPrimary(String synchronous) throws IOException, SQLException {
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
        configure(primary, "synchronous_standby_names = '" + synchronous + "'");
        start(primary);
        try (var connection = connect(primary, "postgres", "postgres");
                var statement = connection.createStatement()) {
            // The standby does not exist yet.
            statement.execute("SET synchronous_commit = local");
            statement.execute("CREATE ROLE muster LOGIN PASSWORD '" + password + "'");
            statement.execute("CREATE DATABASE muster OWNER muster");
        }
    }

    private void startStandby(Node standby) {
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
        start(standby);
        standbys.add(standby);
        await("the standby to receive changes", Duration.ofSeconds(20), () -> {
            try (var connection = connect(primary, "postgres", "postgres");
                    var row = connection
                            .createStatement()
                            .executeQuery("SELECT count(*) FROM pg_stat_replication"
                                    + " WHERE state = 'streaming' AND sync_state IN ('sync', 'async')")) {
                return row.next() && row.getInt(1) == standbys.size();
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
        var nodes = new ArrayList<>(standbys);
        nodes.add(primary);
        for (var node : nodes) {
            try {
                run("pg_ctl", "stop", "-m", "immediate", "-D", node.data.toString());
            } catch (IllegalStateException notRunning) {
                // There is nothing to stop.
            }
        }
        execute(List.of("rm", "-rf", directory.toString()));
    }
}
