package org.muster.http;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JSON objects as CSV (RFC 4180), in UTF-8 with a header row. Text that a spreadsheet would run as a formula gets an apostrophe
 * before it, as OWASP recommends.
 */
public final class CsvTable {
    /** Less than JSON's, so that a client without a preference gets JSON. */
    public static final String MEDIA_TYPE = "text/csv;qs=0.5";

    private static final String CONTENT_TYPE = "text/csv; charset=utf-8; header=present";
    private static final String LINE_END = "\r\n";

    /**
     * A cell that begins with a formula, also after blanks and quotes, which some programs skip; and what would be such a cell
     * where another separator is customary. Programs for East Asian languages also take the full-width characters.
     */
    private static final Pattern FORMULA = Pattern.compile(
            "(^|[,;|\\t\\r\\n])(?=[\\s\\p{Z}\\p{C}\\p{Pi}\\p{Pf}\"'`]*[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20\\uFE66\\uFE62\\uFE63\\uFE6B\\u2212])"
                    + "|^(?=[\\t\\r\\n])");

    private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",;|'\\p{C}\\p{Z}]");

    private final List<String> columns;
    private final Writer writer;

    private CsvTable(List<String> columns, Writer writer) {
        this.columns = columns;
        this.writer = writer;
    }

    /**
     * The response with a table as an attachment of this name.
     *
     * @param request the file is deleted when it has been answered
     * @param columns the members of the objects to show
     * @param rows passes the objects to a consumer, in order
     */
    public static Response response(
            HttpServletRequest request, String name, List<String> columns, Consumer<Consumer<JsonObject>> rows) {
        var file = DownloadFile.of(output -> {
            try (var writer = new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8))) {
                writer.write(String.join(",", columns) + LINE_END);
                rows.accept(new CsvTable(columns, writer)::add);
            }
        });
        return RequestResources.closeAtEnd(request, file)
                .attachment(name)
                .type(CONTENT_TYPE)
                .build();
    }

    private void add(JsonObject row) {
        try {
            writer.write(columns.stream().map(column -> cell(row.get(column))).collect(Collectors.joining(",")));
            writer.write(LINE_END);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A cell with this value; empty for null. */
    static String cell(JsonValue value) {
        return switch (value.getValueType()) {
            case NULL -> "";
            case STRING -> text(((JsonString) value).getString());
            default -> value.toString();
        };
    }

    private static String text(String text) {
        var harmless = FORMULA.matcher(text).replaceAll("$1'");
        return NEEDS_QUOTES.matcher(harmless).find() ? '"' + harmless.replace("\"", "\"\"") + '"' : harmless;
    }
}
