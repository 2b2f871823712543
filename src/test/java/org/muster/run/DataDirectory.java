package org.muster.run;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PostgreSQL's data directory, and the checks whether it may be used. Only files that a crash has left behind are deleted. */
final class DataDirectory {
    /** The major version of the PostgreSQL binaries. */
    static final String MAJOR_VERSION =
            System.getProperty("postgres.binaries.version", "18").split("\\.")[0];

    private final Path path;

    DataDirectory(Path path) {
        this.path = path;
    }

    /**
     * Prepares the directory for use.
     *
     * @return whether it contains a database
     * @throws CannotRunException if the directory cannot be used
     */
    boolean claim() {
        create();
        if (isEmpty()) {
            return false;
        }
        if (Files.notExists(path.resolve("PG_VERSION"))) {
            throw CannotRunException.notADatabase(path);
        }
        var version = read("PG_VERSION");
        if (!version.equals(MAJOR_VERSION)) {
            throw CannotRunException.otherVersion(path, version, MAJOR_VERSION);
        }
        postmaster().ifPresent(running -> {
            if (!isOrphaned(running)) {
                throw CannotRunException.inUse(path, running.pid());
            }
            stop(running);
        });
        if (Files.notExists(passwordFile())) {
            throw CannotRunException.unfinished(path);
        }
        deleteStalePidFile();
        return true;
    }

    /** Returns the password of all users. For {@code psql}: {@code PGPASSFILE=data/pgpass psql -h localhost}. */
    String password() {
        var line = read("pgpass");
        return line.substring(line.lastIndexOf(':') + 1);
    }

    /** Stores the password. This is the last step of creating a database, so the file marks a complete one. */
    void storePassword(String password) {
        try {
            // A temporary file is readable by its owner only, as psql requires.
            var file = Files.createTempFile(path, "pgpass", null);
            Files.writeString(file, "localhost:*:*:*:" + password + "\n");
            Files.move(file, passwordFile());
        } catch (IOException failure) {
            throw CannotRunException.unwritable(path, failure);
        }
    }

    void markStarted() {
        try {
            Files.writeString(launcherFile(), ProcessHandle.current().pid() + "\n");
        } catch (IOException failure) {
            throw CannotRunException.unwritable(path, failure);
        }
    }

    void markStopped() {
        try {
            Files.deleteIfExists(launcherFile());
        } catch (IOException failure) {
            throw CannotRunException.unwritable(path, failure);
        }
    }

    /** Returns the PostgreSQL process that uses this directory; empty if there is none. */
    Optional<ProcessHandle> postmaster() {
        return process(postmasterFile()).filter(DataDirectory::isPostgres);
    }

    /** Stops PostgreSQL, which may be stopping already, in fast shutdown mode. */
    void stop(ProcessHandle postmaster) {
        if (ends(postmaster, Duration.ofMillis(200))) {
            return;
        }
        postmaster.info().command().ifPresent(this::control);
        if (!ends(postmaster, Duration.ofSeconds(5))) {
            throw CannotRunException.inUse(path, postmaster.pid());
        }
    }

    private void control(String postgres) {
        var command = new ArrayList<String>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        var control = Path.of(postgres).resolveSibling("pg_ctl");
        command.addAll(List.of(control.toString(), "stop", "-D", path.toString(), "-m", "fast", "-w", "-t", "60"));
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of a process. Does not wait for it to be reaped: in a container, no process may do that. */
    private static boolean ends(ProcessHandle postmaster, Duration atMost) {
        var end = System.nanoTime() + atMost.toNanos();
        try {
            while (isPostgres(postmaster) && System.nanoTime() < end) {
                Thread.sleep(20);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return !isPostgres(postmaster);
    }

    private void create() {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw CannotRunException.notADirectory(path);
            }
            Files.createDirectories(path);
            var mine = Files.createTempFile(BuildDirectory.runFile(""), "owner", null);
            try {
                var owner = Files.getOwner(path);
                var user = Files.getOwner(mine);
                if (!owner.equals(user)) {
                    throw CannotRunException.ownedBy(owner.getName(), path, user.getName());
                }
            } finally {
                Files.delete(mine);
            }
        } catch (IOException failure) {
            throw CannotRunException.unwritable(path, failure);
        }
        if (!Files.isWritable(path)) {
            throw CannotRunException.unwritable(path, "permission denied");
        }
    }

    private boolean isEmpty() {
        try (var files = Files.list(path)) {
            return files.findAny().isEmpty();
        } catch (IOException failure) {
            throw CannotRunException.unwritable(path, failure);
        }
    }

    /** Whether the process was started by {@code mvn -Prun}, and its launcher was killed. */
    private boolean isOrphaned(ProcessHandle postmaster) {
        var ours = postmaster
                .info()
                .command()
                .filter(command -> Path.of(command).startsWith(EmbeddedDatabase.binaries()))
                .isPresent();
        var launched = Files.exists(launcherFile());
        // A process that was killed but not reaped still has its id, but no command.
        var launcherRuns = process(launcherFile())
                .flatMap(launcher -> launcher.info().command())
                .isPresent();
        return ours && launched && !launcherRuns;
    }

    /** Deletes the PID file if another program has reused the process id, after a power loss: PostgreSQL would not start. */
    private void deleteStalePidFile() {
        if (process(postmasterFile()).isPresent()) {
            try {
                Files.delete(postmasterFile());
            } catch (IOException failure) {
                throw CannotRunException.unwritable(path, failure);
            }
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .isPresent();
    }

    private Optional<ProcessHandle> process(Path file) {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            var id = read(file.getFileName().toString());
            return ProcessHandle.of(Long.parseLong(id));
        } catch (NumberFormatException truncated) {
            return Optional.empty();
        }
    }

    private String read(String name) {
        try (var lines = Files.lines(path.resolve(name))) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException failure) {
            throw CannotRunException.unwritable(path, failure);
        }
    }

    private Path passwordFile() {
        return path.resolve("pgpass");
    }

    private Path postmasterFile() {
        return path.resolve("postmaster.pid");
    }

    private Path launcherFile() {
        return path.resolve("launcher.pid");
    }
}
