package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.StringReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.muster.database.Sql;
import org.muster.http.Times;

/** Rows as JSON, all of one transaction with one snapshot of the database. */
final class ExportedRows {
    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private static final Pattern WORD = Pattern.compile("_([a-z])");

    private final Sql sql;

    ExportedRows(Sql sql) {
        this.sql = sql;
    }

    /** Sets the transaction to one read-only snapshot. Must be the transaction's first statement. */
    void begin() {
        sql.update(SNAPSHOT);
    }

    /** Writes all rows as an array of this name. */
    void array(String name, String statement, JsonGenerator json, Object... parameters) {
        json.writeStartArray(name);
        each(statement, json::write, parameters);
        json.writeEnd();
    }

    /** Passes all rows to a consumer. */
    void each(String statement, Consumer<JsonObject> consumer, Object... parameters) {
        sql.each(statement, ExportedRows::object, consumer, parameters);
    }

    /** The row as an object; the names are the columns' in camel case. */
    private static JsonObject object(ResultSet row) throws SQLException {
        var object = JSON.createObjectBuilder();
        var columns = row.getMetaData();
        for (var i = 1; i <= columns.getColumnCount(); i++) {
            var name = WORD.matcher(columns.getColumnLabel(i))
                    .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
            object.add(name, value(row, i, columns.getColumnType(i)));
        }
        return object.build();
    }

    private static JsonValue value(ResultSet row, int column, int type) throws SQLException {
        var value = row.getObject(column);
        if (value == null) {
            return JsonValue.NULL;
        }
        if (value instanceof Timestamp) {
            return JSON.createValue(
                    Times.utc(row.getObject(column, OffsetDateTime.class).toInstant()));
        }
        if (value instanceof Boolean flag) {
            return flag ? JsonValue.TRUE : JsonValue.FALSE;
        }
        if (value instanceof Number number) {
            return JSON.createValue(number.longValue());
        }
        return type == Types.OTHER && !(value instanceof UUID) ? parsed(value) : JSON.createValue(value.toString());
    }

    private static JsonValue parsed(Object json) {
        try (var reader = JSON.createReader(new StringReader(json.toString()))) {
            return reader.readValue();
        }
    }
}
