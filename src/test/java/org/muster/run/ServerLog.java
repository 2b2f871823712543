package org.muster.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the cause of a failed start in a server's log. */
record ServerLog(Path file) {
    private static final String MUSTER = "Muster cannot start: ";
    private static final String DEPLOYMENT = "Exception while loading the app : ";
    private static final String STARTED = ".*\\bPayara Micro .* ready in .* \\(ms\\).*"
            + "|.* WFLYSRV002[56]: .*"
            + "|.*\\bBoot Command deploy (returned|failed) .*"
            + "|.* CWWKF0011I: .*";
    private static final String COLOUR = "\u001b\\[[0-9;]*m";

    /** Returns whether the server has started, successfully or not. */
    boolean startCompleted() {
        return lines().stream().anyMatch(line -> line.matches(STARTED));
    }

    /** Returns the likely cause of the failure in one line; empty if none is found. */
    String cause() {
        var lines = lines();
        return after(MUSTER, lines)
                .or(() -> after(DEPLOYMENT, lines))
                .or(() -> firstSevere(lines))
                .or(() -> beforeAnyLog(lines))
                .orElse("");
    }

    private static Optional<String> after(String marker, List<String> lines) {
        return first(lines, line -> line.contains(marker))
                .map(line -> line.substring(line.indexOf(marker) + marker.length()));
    }

    private static Optional<String> firstSevere(List<String> lines) {
        return first(lines, line -> line.contains("] [SEVERE] [")).map(line -> {
            var message = line.substring(line.lastIndexOf("] ") + 2);
            var next = lines.indexOf(line) + 1;
            return message.equals("[[") && next < lines.size() ? lines.get(next).strip() : message;
        });
    }

    /** Returns the JVM's message if it cannot start the server. */
    private static Optional<String> beforeAnyLog(List<String> lines) {
        return lines.stream().anyMatch(line -> line.startsWith("["))
                ? Optional.empty()
                : lines.stream().findFirst();
    }

    private static Optional<String> first(List<String> lines, Predicate<String> condition) {
        return lines.stream().filter(condition).findFirst();
    }

    private List<String> lines() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .replaceAll(COLOUR, "")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
