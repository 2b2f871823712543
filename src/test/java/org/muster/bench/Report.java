package org.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a run: printed at its end, and kept in {@code target/bench.md}. */
final class Report {
    private final String muster;
    private final StringBuilder rows = new StringBuilder();
    private final StringBuilder comparisons = new StringBuilder();
    private final List<String> missing = new ArrayList<>();

    /** @param muster the title of Muster's column */
    Report(String muster) {
        this.muster = muster;
    }

    /** Something that this run does not measure, and why. */
    void missing(String what) {
        System.out.println("Not measured: " + what);
        missing.add(what);
    }

    /**
     * A figure of all stacks.
     *
     * @param format of one figure, such as {@code %,.0f}
     * @param figures by the stack's title
     */
    void row(String what, String format, Map<String, Double> figures) {
        var ours = figures.get(muster);
        var row = new StringBuilder("| " + what + " | " + text(format, ours));
        for (var peer : List.of(Peers.EXPRESS, Peers.SPRING)) {
            var theirs = figures.get(peer);
            row.append(" | ").append(theirs == null ? "–" : text(format, theirs));
        }
        for (var peer : List.of(Peers.EXPRESS, Peers.SPRING)) {
            var theirs = figures.get(peer);
            row.append(" | ").append(theirs == null ? "–" : text("%.2f", ours / theirs));
        }
        add(rows, row);
    }

    /** A figure of Muster beside one that has no column. */
    void comparison(String what, String other, String format, double ours, double theirs) {
        add(
                comparisons,
                "| " + what + " | " + text(format, ours) + " | " + other + " | " + text(format, theirs) + " | "
                        + text("%.2f", ours / theirs));
    }

    private static void add(StringBuilder table, CharSequence row) {
        System.out.println(row);
        table.append(row).append(" |\n");
    }

    private static String text(String format, double figure) {
        return String.format(Locale.ROOT, format, figure);
    }

    void publish() {
        var text = new StringBuilder();
        if (rows.length() > 0) {
            text.append("| | " + muster + " | " + Peers.EXPRESS + " | " + Peers.SPRING
                            + " | Muster / Express | Muster / Spring |\n|---|---:|---:|---:|---:|---:|\n")
                    .append(rows)
                    .append("\n");
        }
        if (comparisons.length() > 0) {
            text.append("| | " + muster + " | beside | | ratio |\n|---|---:|---|---:|---:|\n")
                    .append(comparisons)
                    .append("\n");
        }
        missing.forEach(what -> text.append("Not measured: ").append(what).append(".\n"));
        System.out.println();
        System.out.println(text);
        try {
            Files.writeString(Path.of(System.getProperty("project.build.directory"), "bench.md"), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
