package org.muster.run;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.Optional;

/**
 * What Muster says at {@code /health/ready}.
 *
 * @param ready whether it serves requests
 * @param fatal whether waiting does not help
 * @param reason why it does not, one line; empty if ready, or not known
 */
record Readiness(boolean ready, boolean fatal, String reason) {
    static final Readiness UNKNOWN = new Readiness(false, false, "");

    /** Empty if this is not Muster's answer: while nothing is deployed, Payara answers in its place. */
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
