package org.muster.settings;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Configuration variables from several sources. In order of precedence: the environment of the process, the file {@code
 * .env} (or the file that {@code MUSTER_ENV_FILE} names), the file {@code .env.$APP_ENV}. An empty value counts as unset.
 */
public final class Environment {
    /** What Java puts in place of bytes that are not in the locale's character set. */
    private static final char UNDECODABLE = '\uFFFD';

    private final List<Map<String, String>> sources;

    private Environment(List<Map<String, String>> sources) {
        this.sources = sources;
    }

    /**
     * Reads the environment of this process and the files in its working directory.
     *
     * @throws InvalidSettingsException if a file is malformed, or the file that {@code MUSTER_ENV_FILE} names cannot be read
     */
    public static Environment ofProcess() {
        return of(System.getenv(), Path.of(""));
    }

    /**
     * Uses the given variables as the environment of the process, and the files in the given directory.
     *
     * @throws InvalidSettingsException as {@link #ofProcess}
     */
    public static Environment of(Map<String, String> variables, Path directory) {
        var sources = new ArrayList<>(List.of(Map.copyOf(variables)));
        var environment = new Environment(sources);

        var named = environment.get("MUSTER_ENV_FILE").map(name -> path(directory, "MUSTER_ENV_FILE", name));
        if (named.isPresent() && (!Files.isReadable(named.get()) || Files.isDirectory(named.get()))) {
            throw new InvalidSettingsException(
                    "MUSTER_ENV_FILE=" + named.get() + " is not allowed: it must name a readable file");
        }
        sources.add(named.map(EnvironmentFile::read).orElseGet(() -> readIfPresent(directory.resolve(".env"))));
        environment
                .get("APP_ENV")
                .map(name -> path(directory, "APP_ENV", ".env." + name))
                .ifPresent(file -> sources.add(readIfPresent(file)));
        return environment;
    }

    /**
     * Returns the value of a variable, without surrounding white space; empty if the variable is unset or blank.
     *
     * @throws InvalidSettingsException if the value could not be decoded
     */
    public Optional<String> get(String name) {
        return find(name, String::strip);
    }

    /**
     * Returns the value of a variable as it is, for secrets and names; empty if the variable is unset or empty.
     *
     * @throws InvalidSettingsException if the value could not be decoded
     */
    public Optional<String> verbatim(String name) {
        return find(name, UnaryOperator.identity());
    }

    private Optional<String> find(String name, UnaryOperator<String> form) {
        // Java decodes the environment with the locale's character set. Files are checked when they are read.
        if (sources.get(0).getOrDefault(name, "").indexOf(UNDECODABLE) >= 0) {
            throw new InvalidSettingsException(
                    name
                            + " cannot be decoded: it must be UTF-8, and Muster must run with LANG=C.UTF-8 and without LC_ALL=C");
        }
        return sources.stream()
                .map(source -> form.apply(source.getOrDefault(name, "")))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static Map<String, String> readIfPresent(Path file) {
        return Files.isRegularFile(file) ? EnvironmentFile.read(file) : Map.of();
    }

    private static Path path(Path directory, String variable, String name) {
        try {
            return directory.resolve(name);
        } catch (InvalidPathException invalid) {
            throw new InvalidSettingsException(variable + " is not allowed: the locale has no such file name");
        }
    }
}
