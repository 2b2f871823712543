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
 * Where variables come from, the first that has a value wins: the process's environment, then {@code .env} (or the file
 * that {@code MUSTER_ENV_FILE} names), then {@code .env.$APP_ENV}. An empty value counts as absent.
 */
public final class Environment {
    private final List<Map<String, String>> sources;

    private Environment(List<Map<String, String>> sources) {
        this.sources = sources;
    }

    /**
     * The environment of this process, with the files in its working directory.
     *
     * @throws InvalidSettingsException if a file is malformed, or the one that {@code MUSTER_ENV_FILE} names does not exist
     */
    public static Environment ofProcess() {
        return of(System.getenv(), Path.of(""));
    }

    /**
     * These variables, with the files in this directory.
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

    /** The value of this variable, never empty or blank, without surrounding white space. */
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
            // Its message quotes the line, and the line may hold a password.
            throw new InvalidSettingsException(absolute + " has a line that is not NAME=value: correct or remove it");
        }
    }
}
