package org.muster.run;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.Optional;

/**
 * The readiness of Muster, from {@code /health/ready}.
 *
 * @param ready whether Muster serves requests
 * @param fatal whether waiting does not resolve the reason
 * @param reason one line; empty if Muster is ready, or the reason is unknown
 */
record Readiness(boolean ready, boolean fatal, String reason) {
    static final Readiness UNKNOWN = new Readiness(false, false, "");

    /** Parses an answer; empty if it is not from Muster. Before Muster is deployed, Payara itself answers. */
    static Optional<Readiness> of(String body) {
        try (var reader = Json.createReader(new StringReader(body))) {
            return reader.readObject().getJsonArray("checks").getValuesAs(JsonObject.class).stream()
                    .filter(check -> check.getString("name").equals("database"))
                    .map(check -> of(check.getString("status").equals("UP"), check.getJsonObject("data")))
                    .findFirst();
        } catch (JsonException | NullPointerException | ClassCastException notOurs) {
            return Optional.empty();
        }
    }

    private static Readiness of(boolean up, JsonObject data) {
        return up
                ? new Readiness(true, false, "")
                : new Readiness(false, data.getBoolean("fatal", false), data.getString("reason", ""));
    }
}
