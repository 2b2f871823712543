package org.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** The stacks that Muster is measured beside: those in {@code src/test/bench}, where the machine has what they need. */
final class Peers {
    static final String EXPRESS = "Express + node-pg";
    static final String SPRING = "Spring Boot + HikariCP";

    private static final Path SOURCES = Path.of("src/test/bench");

    private final List<Stack> stacks = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    /** Builds them, for this database. */
    Peers(EmbeddedDatabase database) {
        build(
                EXPRESS,
                "express",
                List.of("node", "npm"),
                List.of("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"),
                List.of("node", "server.mjs"),
                database);
        build(
                SPRING,
                "spring",
                List.of("mvn"),
                List.of("mvn", "-q", "-B", "package"),
                List.of(Server.java(), "-jar", "target/spring-peer.jar"),
                database);
    }

    /** Those that can be measured. */
    List<Stack> stacks() {
        return List.copyOf(stacks);
    }

    /** Which cannot be measured, and why. */
    List<String> missing() {
        return List.copyOf(missing);
    }

    private void build(
            String title,
            String name,
            List<String> programs,
            List<String> build,
            List<String> start,
            EmbeddedDatabase database) {
        var absent = programs.stream()
                .filter(program -> !Commands.installed(program))
                .toList();
        if (!absent.isEmpty()) {
            missing.add(title + ": not installed: " + String.join(", ", absent));
            return;
        }
        var directory = Commands.directory().resolve(name);
        try {
            copy(SOURCES.resolve(name), directory);
            Commands.output(directory, build);
        } catch (IllegalStateException failure) {
            missing.add(title + ": cannot be built: "
                    + failure.getMessage().strip().lines().findFirst().orElse(""));
            return;
        }
        stacks.add(new Stack(title, () -> start(directory, start, database)));
    }

    private static Running start(Path directory, List<String> command, EmbeddedDatabase database) {
        var port = Server.freePort();
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile());
        builder.environment().putAll(database.environment());
        builder.environment().put("PORT", String.valueOf(port));
        builder.environment().put("NODE_ENV", "production");
        try {
            return Running.of(builder.start(), URI.create("http://127.0.0.1:" + port));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void copy(Path from, Path to) {
        try (var files = Files.walk(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
