package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.muster.run.EmbeddedDatabase;

/** A file system of 16 MB in memory, for a tablespace. */
final class SmallDisk implements AutoCloseable {
    private static final int MEBIBYTES = 16;

    private final EmbeddedDatabase database;
    private final Path mountPoint;
    private final Path filler;
    private final List<String> tables = new ArrayList<>();

    private SmallDisk(EmbeddedDatabase database, Path mountPoint) {
        this.database = database;
        this.mountPoint = mountPoint;
        filler = mountPoint.resolve("filler");
    }

    /** Mounts one. Skips the test where this user cannot. */
    static SmallDisk mounted(EmbeddedDatabase database) throws IOException, SQLException {
        var mountPoint = Files.createTempDirectory("muster-disk");
        var mounted = run("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "muster", mountPoint.toString());
        Assumptions.assumeTrue(mounted, "A file system cannot be mounted");
        var tablespace = Files.createDirectory(mountPoint.resolve("tablespace"));
        Files.setOwner(tablespace, Files.getOwner(database.data()));
        database.execute("CREATE TABLESPACE small LOCATION '" + tablespace + "'");
        return new SmallDisk(database, mountPoint);
    }

    /** Moves this table there, until the disk is closed. */
    void hold(String table) throws SQLException {
        move(table, "small");
        tables.add(table);
    }

    private void move(String table, String tablespace) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE " + table + " SET TABLESPACE " + tablespace);
        }
    }

    /** Writes a file until there is no space left. */
    void fill() throws IOException {
        var block = new byte[8192];
        try (var output = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (var i = 0; i < MEBIBYTES << 7; i++) {
                output.write(block);
            }
        } catch (IOException full) {
            return;
        }
        throw new IllegalStateException("There is space left in " + mountPoint);
    }

    /** Deletes the file. */
    void free() throws IOException {
        Files.delete(filler);
    }

    @Override
    public void close() throws IOException, SQLException {
        for (var table : tables) {
            move(table, "pg_default");
        }
        database.execute("DROP TABLESPACE small");
        assertThat(run("umount", "-l", mountPoint.toString())).isTrue();
        Files.delete(mountPoint);
    }

    private static boolean run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }
}
