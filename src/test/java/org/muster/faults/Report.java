package org.muster.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What all faults of a run came to: printed as tables at its end, and kept in {@code target/faults.md} and {@code
 * servers.md}. Faults that are
 * caused again because they missed their goal have a report of their own, which tells all that went before as well.
 */
final class Report implements AutoCloseable {
    private static final List<Row> ROWS = new CopyOnWriteArrayList<>();
    private static final List<Comparison> COMPARISONS = new CopyOnWriteArrayList<>();

    private static final String SERVER_COLUMNS = """
            | server | start | memory at rest | min | max | acquire | idle | validation | rotation | drain |
            |---|---|---|---|---|---|---|---|---|---|
            """;
    private static final List<String> SERVERS = new CopyOnWriteArrayList<>();

    private record Row(int goal, String fault, String figure, long sent, long failed) {}

    private record Comparison(String fault, Load ours, Load theirs) {}

    /**
     * @param goal its number among the goals C1 to C14
     * @param figure what was reached, in words and numbers
     */
    void add(int goal, String fault, String figure, long sent, long failed) {
        ROWS.add(new Row(goal, fault, figure, sent, failed));
    }

    /** As {@link #add(int, String, String, long, long)}, with what the clients saw. */
    void add(int goal, String fault, String figure, Load load) {
        add(goal, fault, figure, load.sent(), load.failed().size());
    }

    /** The same fault for Muster and for node-pg. */
    void compare(String fault, Load ours, Load theirs) {
        COMPARISONS.add(new Comparison(fault, ours, theirs));
    }

    /** What a server comes to: start, memory, min, max, acquire, idle, validation, rotation, drain. */
    void server(String title, List<String> figures) {
        SERVERS.add("| " + title + " | " + String.join(" | ", figures) + " |\n");
    }

    @Override
    public void close() {
        if (!ROWS.isEmpty()) {
            publish("faults.md", faults());
        }
        if (!SERVERS.isEmpty()) {
            publish("servers.md", SERVER_COLUMNS + String.join("", SERVERS));
        }
    }

    private static String faults() {
        var tables = new StringBuilder();
        tables.append("| goal | fault | figure reached | requests | failed |\n|---|---|---|---|---|\n");
        ROWS.stream()
                .sorted(Comparator.comparingInt(Row::goal))
                .forEach(row -> tables.append(String.format(
                        Locale.ROOT,
                        "| C%d | %s | %s | %,d | %,d |%n",
                        row.goal,
                        row.fault,
                        row.figure,
                        row.sent,
                        row.failed)));
        if (!COMPARISONS.isEmpty()) {
            tables.append("\n| the same fault for both, at once | Muster: failed of requests | longest wait |"
                    + " node-pg: failed of requests | longest wait |\n|---|---|---|---|---|\n");
        }
        for (var both : COMPARISONS) {
            tables.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d of %,d | %.1f s | %,d of %,d | %.1f s |%n",
                    both.fault,
                    both.ours.failed().size(),
                    both.ours.sent(),
                    both.ours.slowest(),
                    both.theirs.failed().size(),
                    both.theirs.sent(),
                    both.theirs.slowest()));
        }
        return tables.toString();
    }

    private static void publish(String name, String tables) {
        System.out.println();
        System.out.println(tables);
        try {
            Files.writeString(Path.of(System.getProperty("project.build.directory"), name), tables);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
