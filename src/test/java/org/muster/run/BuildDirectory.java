package org.muster.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/** Maven's build directory. Paths are relative where they can be, because people read them. */
final class BuildDirectory {
    private BuildDirectory() {}

    static Path path() {
        var here = Path.of("").toAbsolutePath();
        var directory = here.resolve(System.getProperty("project.build.directory", "target"));
        return directory.startsWith(here) ? here.relativize(directory) : directory;
    }

    /** A file or directory of this name for the runs' logs and temporary files. */
    static Path forRuns(String name) {
        var directory = path().resolve("run");
        try {
            return Files.createDirectories(directory).resolve(name);
        } catch (IOException failure) {
            throw CannotRun.unwritable(directory, failure);
        }
    }

    /** The file that this system property names, or else of this name. */
    static Path file(String property, String name) {
        return Path.of(System.getProperty(property, path().resolve(name).toString()));
    }

    static Path war() {
        return file("muster.war", "muster.war");
    }

    /** What the project offers those who run this kind of server. */
    static Path serverConfiguration(String server) {
        return war().toAbsolutePath()
                .getParent()
                .resolveSibling("server-config")
                .resolve(server);
    }

    static void delete(Path directory) {
        if (Files.notExists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All of a directory. Archives are large, and nobody writes into one: they are linked. */
    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (file.toString().endsWith(".jar")) {
                    Files.createLink(copy, file);
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
