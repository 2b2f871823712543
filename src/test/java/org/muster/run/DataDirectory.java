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

/** A directory of PostgreSQL's, and whether it may be used. Nothing in it is deleted but what a crash left behind. */
final class DataDirectory {
    /** Of the binaries that the build chose. */
    static final String MAJOR_VERSION = "18";

    private final Path path;

    DataDirectory(Path path) {
        this.path = path;
    }

    /**
     * Makes the directory usable.
     *
     * @return whether it already holds a database
     * @throws CannotRun if it must not or cannot be used
     */
    boolean claim() {
        create();
        if (isEmpty()) {
            return false;
        }
        if (Files.notExists(path.resolve("PG_VERSION"))) {
            throw CannotRun.foreign(path);
        }
        var version = read("PG_VERSION");
        if (!version.equals(MAJOR_VERSION)) {
            throw CannotRun.otherVersion(path, version, MAJOR_VERSION);
        }
        postmaster().ifPresent(running -> {
            if (!isLeftBehind(running)) {
                throw CannotRun.inUse(path, running.pid());
            }
            stop(running);
        });
        if (Files.notExists(passwordFile())) {
            throw CannotRun.unfinished(path);
        }
        forgetReusedProcessId();
        return true;
    }

    /** The password for all users, as {@code psql} wants it: {@code PGPASSFILE=data/pgpass psql -h localhost}. */
    String password() {
        var line = read("pgpass");
        return line.substring(line.lastIndexOf(':') + 1);
    }

    /** What is written last when a database is made, so that one that was cut short can be told. */
    void keep(String password) {
        try {
            // A temporary file is for its owner's eyes only, and psql insists on that.
            var file = Files.createTempFile(path, "pgpass", null);
            Files.writeString(file, "localhost:*:*:*:" + password + "\n");
            Files.move(file, passwordFile());
        } catch (IOException failure) {
            throw CannotRun.unwritable(path, failure);
        }
    }

    void markStarted() {
        try {
            Files.writeString(launcherFile(), ProcessHandle.current().pid() + "\n");
        } catch (IOException failure) {
            throw CannotRun.unwritable(path, failure);
        }
    }

    void markStopped() {
        try {
            Files.deleteIfExists(launcherFile());
        } catch (IOException failure) {
            throw CannotRun.unwritable(path, failure);
        }
    }

    /** The PostgreSQL that runs on this directory. */
    Optional<ProcessHandle> postmaster() {
        return process(postmasterFile()).filter(DataDirectory::isPostgres);
    }

    /** Makes sure that this one, which may be stopping already, stops: at once, though in order. */
    void stop(ProcessHandle postmaster) {
        if (ends(postmaster, Duration.ofMillis(200))) {
            return;
        }
        postmaster.info().command().ifPresent(this::control);
        if (!ends(postmaster, Duration.ofSeconds(5))) {
            throw CannotRun.inUse(path, postmaster.pid());
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

    /** Not by the process's end: in a container there may be nobody to reap it. */
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
                throw CannotRun.notADirectory(path);
            }
            Files.createDirectories(path);
            var mine = Files.createTempFile(BuildDirectory.forRuns(""), "owner", null);
            try {
                var owner = Files.getOwner(path);
                var user = Files.getOwner(mine);
                if (!owner.equals(user)) {
                    throw CannotRun.ownedBy(owner.getName(), path, user.getName());
                }
            } finally {
                Files.delete(mine);
            }
        } catch (IOException failure) {
            throw CannotRun.unwritable(path, failure);
        }
        if (!Files.isWritable(path)) {
            throw CannotRun.unwritable(path, "permission denied");
        }
    }

    private boolean isEmpty() {
        try (var files = Files.list(path)) {
            return files.findAny().isEmpty();
        } catch (IOException failure) {
            throw CannotRun.unwritable(path, failure);
        }
    }

    /** Certainly ours, and whoever started it was killed. */
    private boolean isLeftBehind(ProcessHandle postmaster) {
        var ours = postmaster
                .info()
                .command()
                .filter(command -> Path.of(command).startsWith(EmbeddedDatabase.binaries()))
                .isPresent();
        var launched = Files.exists(launcherFile());
        // A process that was killed but not reaped yet still has its id, but no command.
        var launcherRuns = process(launcherFile())
                .flatMap(launcher -> launcher.info().command())
                .isPresent();
        return ours && launched && !launcherRuns;
    }

    /** After a power loss another program may have the process id, and PostgreSQL would take it for itself. */
    private void forgetReusedProcessId() {
        if (process(postmasterFile()).isPresent()) {
            try {
                Files.delete(postmasterFile());
            } catch (IOException failure) {
                throw CannotRun.unwritable(path, failure);
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
        } catch (NumberFormatException cutShort) {
            return Optional.empty();
        }
    }

    private String read(String name) {
        try (var lines = Files.lines(path.resolve(name))) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException failure) {
            throw CannotRun.unwritable(path, failure);
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
