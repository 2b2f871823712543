package org.muster.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** What all faults of a run came to: printed as a table at its end, and kept in {@code target/faults.md}. */
final class Report implements AutoCloseable {
    private final List<Row> rows = new CopyOnWriteArrayList<>();

    private record Row(String goal, String fault, String figure, long sent, long failed) {}

    /** @param figure what was reached, in words and numbers */
    void add(String goal, String fault, String figure, long sent, long failed) {
        rows.add(new Row(goal, fault, figure, sent, failed));
    }

    @Override
    public void close() {
        var table = new StringBuilder("| goal | fault | figure reached | requests | failed |\n|---|---|---|---|---|\n");
        rows.stream()
                .sorted((one, other) -> Integer.compare(number(one.goal), number(other.goal)))
                .forEach(row -> table.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %,d | %,d |%n",
                        row.goal,
                        row.fault,
                        row.figure,
                        row.sent,
                        row.failed)));
        System.out.println();
        System.out.println(table);
        try {
            Files.writeString(Path.of(System.getProperty("project.build.directory"), "faults.md"), table);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int number(String goal) {
        return Integer.parseInt(
                goal.replaceAll("[^0-9].*", "").isEmpty()
                        ? goal.replaceAll("^C([0-9]+).*", "$1")
                        : goal.replaceAll("[^0-9].*", ""));
    }
}
