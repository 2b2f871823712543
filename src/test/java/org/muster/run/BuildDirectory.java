package org.muster.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/** Maven's build directory. Paths in it are relative to the working directory if possible, for readable messages. */
final class BuildDirectory {
    private BuildDirectory() {}

    static Path path() {
        var here = Path.of("").toAbsolutePath();
        var directory = here.resolve(System.getProperty("project.build.directory", "target"));
        return directory.startsWith(here) ? here.relativize(directory) : directory;
    }

    /** Returns the path of a log or temporary file of a run, and creates its parent directory. */
    static Path runFile(String name) {
        var directory = path().resolve("run");
        try {
            return Files.createDirectories(directory).resolve(name);
        } catch (IOException failure) {
            throw CannotRunException.unwritable(directory, failure);
        }
    }

    /** Returns the file that a system property names, or by default the file of this name. */
    static Path file(String property, String name) {
        return Path.of(System.getProperty(property, path().resolve(name).toString()));
    }

    static Path war() {
        return file("muster.war", "muster.war");
    }

    /** Returns the directory in {@code server-config} for this kind of server. */
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

    /** Copies a directory. Jars are hard-linked, because they are large and never modified. */
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
