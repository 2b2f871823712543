package org.muster.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** The text of {@code docs/resilience.md}, whose tables stand between markers such as {@code <!-- faults -->}. */
final class ResiliencePage {
    /** The lines of a table's head. */
    private static final int HEAD = 2;

    private final String text;

    ResiliencePage(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /**
     * Replaces all that stands between two markers.
     *
     * @param marker the markers' name
     * @throws IllegalStateException if the page has no such markers
     */
    ResiliencePage replace(String marker, String content) {
        return change(marker, old -> content.strip());
    }

    /** Replaces the row of the table that begins with this title, or adds it at the end. */
    ResiliencePage replaceRow(String marker, String title, String row) {
        return change(marker, old -> {
            var rows = new ArrayList<>(old.lines().toList());
            var place = rows.indexOf(rows.stream()
                    .filter(line -> line.startsWith("| " + title + " |"))
                    .findFirst()
                    .orElse(null));
            if (place < 0) {
                rows.add(row.strip());
            } else {
                rows.set(place, row.strip());
            }
            return String.join("\n", rows);
        });
    }

    /**
     * Replaces the cells of one column of the table, below its title.
     *
     * @param cells one for each row below the table's head, in order
     * @throws IllegalStateException if the table has no such column, or another number of rows
     */
    ResiliencePage replaceColumn(String marker, String title, List<String> cells) {
        return change(marker, old -> {
            var rows = new ArrayList<>(old.lines().toList());
            var column = cells(rows.get(0)).indexOf(title);
            if (column < 0 || rows.size() != cells.size() + HEAD) {
                throw new IllegalStateException("the table " + marker + " has no column " + title + " of this length");
            }
            for (var i = 0; i < cells.size(); i++) {
                var row = cells(rows.get(HEAD + i));
                row.set(column, cells.get(i));
                rows.set(HEAD + i, "| " + String.join(" | ", row) + " |");
            }
            return String.join("\n", rows);
        });
    }

    private static List<String> cells(String row) {
        var inner = row.substring(1, row.length() - 1);
        return new ArrayList<>(
                Arrays.stream(inner.split("\\|")).map(String::strip).toList());
    }

    private ResiliencePage change(String marker, UnaryOperator<String> content) {
        var begin = "<!-- " + marker + " -->\n";
        var end = "\n<!-- /" + marker + " -->";
        var from = text.indexOf(begin);
        var to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException("docs/resilience.md has no markers " + marker);
        }
        from += begin.length();
        return new ResiliencePage(
                text.substring(0, from) + content.apply(text.substring(from, to)) + text.substring(to));
    }
}
