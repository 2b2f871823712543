package org.muster.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.muster.run.Server;

/**
 * The results of all faults of a run: printed as tables at its end, and kept in {@code target/faults.md} and {@code
 * target/servers.md}. With {@code -Dreport} a whole run also replaces the tables of {@code docs/resilience.md}. Faults that are
 * caused again because they missed their goal have a report of their own, with all rows from before as well.
 */
final class Report implements AutoCloseable {
    /** Without these the run was not a whole one. The other goals are not faults under load. */
    private static final List<Integer> GOALS = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 19);

    private static final int COMPARED_FAULTS = 5;

    /** The server whose faults the page shows in full. */
    private static final String REFERENCE_SERVER = "Payara Micro";

    private static final Path PAGE = Path.of("docs/resilience.md");

    private static final String FAILED_COLUMN = "failed requests";

    /** The rows that the page shows of each server, in its order. */
    private static final List<ServerRow> SERVER_ROWS = List.of(
            new ServerRow("password changes", FAILED_COLUMN),
            new ServerRow("PostgreSQL restarted in", FAILED_COLUMN),
            new ServerRow("all backends terminated under load", FAILED_COLUMN),
            new ServerRow("all connections reset under load", FAILED_COLUMN),
            new ServerRow("black hole of 15 s", "slowest response ([\\d.]+ s)"),
            new ServerRow("`pg_ctl stop", "first success ([\\d.]+ s)"),
            new ServerRow("primary killed", "first write ([\\d.]+ s)"),
            new ServerRow("SIGTERM", "not ready after (\\d+ ms); (\\d of \\d)"));

    private static final List<Row> ROWS = new CopyOnWriteArrayList<>();
    private static final List<Comparison> COMPARISONS = new CopyOnWriteArrayList<>();

    private static final String SERVER_COLUMNS = """
            | server | start | memory at rest | min | max | acquire | idle | validation | rotation | shutdown |
            |---|---|---|---|---|---|---|---|---|---|
            """;
    private static final List<String> SERVERS = new CopyOnWriteArrayList<>();

    private record Row(int goal, String fault, String figure, long sent, long failed) {
        private String failedOfSent() {
            return String.format(Locale.ROOT, "%,d of %,d", failed, sent);
        }
    }

    private record Comparison(String fault, Load ours, Load theirs) {}

    /**
     * @param fault how the fault's name begins
     * @param figure a pattern of the figure, whose groups are shown; {@link #FAILED_COLUMN} for the numbers of requests
     */
    private record ServerRow(String fault, String figure) {
        private String cell() {
            return ROWS.stream()
                    .filter(row -> row.fault.startsWith(fault))
                    .reduce((earlier, later) -> later)
                    .map(row -> figure.equals(FAILED_COLUMN) ? row.failedOfSent() : figure(row))
                    .orElse("–");
        }

        private String figure(Row row) {
            return Pattern.compile(figure)
                    .matcher(row.figure)
                    .results()
                    .flatMap(found ->
                            IntStream.rangeClosed(1, found.groupCount()).mapToObj(found::group))
                    .collect(Collectors.joining(", "));
        }
    }

    /**
     * @param goal its number among the goals C1 to C19
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

    /** One server's figures: start, memory, min, max, acquire, idle, validation, rotation, shutdown. */
    void server(String title, List<String> figures) {
        SERVERS.add("| " + title + " | " + String.join(" | ", figures) + " |\n");
    }

    @Override
    public void close() {
        if (!ROWS.isEmpty()) {
            publish("faults.md", COMPARISONS.isEmpty() ? faults() : faults() + "\n" + comparisons());
        }
        if (!SERVERS.isEmpty()) {
            publish("servers.md", SERVER_COLUMNS + String.join("", SERVERS));
        }
        if (Boolean.getBoolean("report")) {
            updatePage();
        }
    }

    private static String faults() {
        return "| goal | fault | result | requests | failed |\n|---|---|---|---|---|\n"
                + ROWS.stream()
                        .sorted(Comparator.comparingInt(Row::goal))
                        .map(row -> String.format(
                                Locale.ROOT,
                                "| C%d | %s | %s | %,d | %,d |%n",
                                row.goal,
                                row.fault,
                                row.figure,
                                row.sent,
                                row.failed))
                        .collect(Collectors.joining());
    }

    private static String comparisons() {
        return "| fault, for both at once | Muster: failed requests | slowest response |"
                + " node-pg: failed requests | slowest response |\n|---|---|---|---|---|\n"
                + COMPARISONS.stream()
                        .map(both -> String.format(
                                Locale.ROOT,
                                "| %s | %,d of %,d | %.1f s | %,d of %,d | %.1f s |%n",
                                both.fault,
                                both.ours.failed().size(),
                                both.ours.sent(),
                                both.ours.slowest(),
                                both.theirs.failed().size(),
                                both.theirs.sent(),
                                both.theirs.slowest()))
                        .collect(Collectors.joining());
    }

    private static void publish(String name, String tables) {
        System.out.println();
        System.out.println(tables);
        write(Path.of(System.getProperty("project.build.directory"), name), tables);
    }

    private static void updatePage() {
        var server = Server.title();
        var missing = new TreeSet<>(GOALS);
        ROWS.forEach(row -> missing.remove(row.goal));
        if (missing.isEmpty()) {
            update(page -> page.replaceColumn("server-faults", server, serverCells()));
        } else if (!ROWS.isEmpty()) {
            System.out.println("The faults in " + PAGE + " are unchanged: this run lacks the goals " + missing);
        }
        if (missing.isEmpty() && server.equals(REFERENCE_SERVER)) {
            update(page -> page.replace("faults", measured(server) + faults()));
            if (COMPARISONS.size() >= COMPARED_FAULTS) {
                update(page -> page.replace("peers", measured(server) + comparisons()));
            }
        }
        SERVERS.forEach(row -> update(page -> page.replaceRow("servers", server, row)));
    }

    /** The server's column in the table of servers; a dash where this run has no result. */
    static List<String> serverCells() {
        return SERVER_ROWS.stream().map(ServerRow::cell).toList();
    }

    private static String measured(String server) {
        return "Measured on %s on %s, JDK %d, %d cores:%n%n"
                .formatted(
                        LocalDate.now(),
                        server,
                        Runtime.version().feature(),
                        Runtime.getRuntime().availableProcessors());
    }

    private static void update(UnaryOperator<ResiliencePage> change) {
        try {
            write(PAGE, change.apply(new ResiliencePage(Files.readString(PAGE))).text());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
