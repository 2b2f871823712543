package org.muster.credentials;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Optional;

/** A version of a secret: the JSON object that RDS writes, or one that people write in the same format. */
final class Secret {
    private final JsonObject fields;

    private Secret(JsonObject fields) {
        this.fields = fields;
    }

    /** @throws SecretUnavailableException if the text is not a JSON object */
    static Secret of(String text) throws SecretUnavailableException {
        // Editors and scripts on Windows write a byte order mark.
        try (var reader = Json.createReader(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text))) {
            return new Secret(reader.readObject());
        } catch (RuntimeException notAnObject) {
            // There are several types, and their messages quote the secret.
            throw new SecretUnavailableException("it is not the JSON object that RDS writes");
        }
    }

    /** The text of this field as it is, if it is there and not empty. */
    Optional<String> text(String name) throws SecretUnavailableException {
        var value = value(name);
        if (value.isPresent() && !(value.get() instanceof JsonString)) {
            throw new SecretUnavailableException(
                    "its " + name + " is " + type(value.get()) + ": it must be text, in quotes");
        }
        return value.map(text -> ((JsonString) text).getString()).filter(text -> !text.isEmpty());
    }

    /** The host, or the hosts, if there are any. */
    Optional<String> host() throws SecretUnavailableException {
        return text("host").map(String::strip).filter(host -> !host.isEmpty());
    }

    /** The port, a number or the text of one, if it is there. */
    Optional<Integer> port() throws SecretUnavailableException {
        var value = value("port");
        var text = value.map(port -> port instanceof JsonString quoted ? quoted.getString() : port.toString())
                .map(String::strip)
                .filter(port -> !port.isEmpty());
        var port = text.filter(digits -> digits.matches("[0-9]{1,5}"))
                .map(Integer::valueOf)
                .filter(number -> number >= 1 && number <= 65_535);
        if (text.isPresent() && port.isEmpty()) {
            throw new SecretUnavailableException("its port is not a number from 1 to 65535");
        }
        return port;
    }

    private Optional<JsonValue> value(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.equals(JsonValue.NULL));
    }

    private static String type(JsonValue value) {
        return switch (value.getValueType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case NUMBER -> "a number";
            case STRING -> "text";
            case TRUE, FALSE -> "true or false";
            case NULL -> "null";
        };
    }
}
