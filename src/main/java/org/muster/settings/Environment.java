package org.muster.settings;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration variables from several sources. In order of precedence: the environment of the process, the file {@code
 * .env} (or the file that {@code MUSTER_ENV_FILE} names), the file {@code .env.$APP_ENV}. An empty value counts as unset.
 */
public final class Environment {
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

        var named = environment.get("MUSTER_ENV_FILE").map(directory::resolve);
        if (named.isPresent() && !Files.isReadable(named.get())) {
            throw new InvalidSettingsException(
                    "MUSTER_ENV_FILE=" + named.get() + " is not allowed: it must name a readable file");
        }
        sources.add(read(named.orElse(directory.resolve(".env"))));
        environment.get("APP_ENV").ifPresent(name -> sources.add(read(directory.resolve(".env." + name))));
        return environment;
    }

    /** Returns the value of a variable, without surrounding white space; empty if the variable is unset or blank. */
    public Optional<String> get(String name) {
        return sources.stream()
                .map(source -> source.getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static Map<String, String> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        var absolute = file.toAbsolutePath();
        try {
            var entries = new HashMap<String, String>();
            Dotenv.configure()
                    .directory(absolute.getParent().toString())
                    .filename(absolute.getFileName().toString())
                    .load()
                    .entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)
                    .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
            return entries;
        } catch (DotenvException malformed) {
            // The exception's message quotes the line, and the line may contain a password.
            throw new InvalidSettingsException(absolute + " has a line that is not NAME=value; correct or remove it");
        }
    }
}
