package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.muster.run.EmbeddedDatabase;

/** A file system of 16 MB in memory, for a tablespace. */
final class SmallDisk implements AutoCloseable {
    private static final int MEBIBYTES = 16;

    private final Path mountPoint;
    private final Path filler;

    private SmallDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
        filler = mountPoint.resolve("filler");
    }

    /** Mounts one. Skips the test where this user cannot. */
    static SmallDisk mounted(EmbeddedDatabase database) throws IOException, SQLException {
        var mountPoint = Files.createTempDirectory("muster-disk");
        var mounted = run("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "muster", mountPoint.toString());
        Assumptions.assumeTrue(mounted, "A file system cannot be mounted");
        var disk = new SmallDisk(mountPoint);
        var tablespace = Files.createDirectory(disk.path());
        Files.setOwner(tablespace, Files.getOwner(database.data(), LinkOption.NOFOLLOW_LINKS));
        return disk;
    }

    /** The directory for the tablespace. */
    Path path() {
        return mountPoint.resolve("tablespace");
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

    /** Unmounts it. The tablespace must have been dropped. */
    @Override
    public void close() throws IOException {
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
