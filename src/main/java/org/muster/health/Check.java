package org.muster.health;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.util.List;
import org.muster.credentials.CredentialsManager;
import org.muster.lifecycle.Readiness;

/**
 * One thing that is looked at, and how it is now.
 *
 * @param data what else there is to know of it
 */
public record Check(String name, boolean up, JsonObject data) {

    /** All there are. */
    public static List<Check> all(Readiness readiness) {
        return List.of(live(), started(readiness), ready(readiness));
    }

    static Check live() {
        return new Check("server", true, JsonObject.EMPTY_JSON_OBJECT);
    }

    static Check started(Readiness readiness) {
        return new Check("startup", readiness.started(), JsonObject.EMPTY_JSON_OBJECT);
    }

    static Check ready(Readiness readiness) {
        var now = readiness.now();
        var figures = readiness.figures();
        var credentials = readiness.credentials();
        var data = JSON.createObjectBuilder();
        if (!now.ready()) {
            data.add("reason", now.reason()).add("fatal", now.fatal());
        }
        data.add("database", now.address()).add("credentials.source", credentials.source());
        credentials.age().ifPresent(age -> data.add("credentials.age", age.toSeconds()));
        data.add(
                        "credentials.lastFailure",
                        credentials
                                .lastFailure()
                                .map(CredentialsManager.Failure::toString)
                                .orElse(""))
                .add("breaker", readiness.connections().breaker().outage().isPresent() ? "open" : "closed")
                .add("pool.total", figures.total())
                .add("pool.active", figures.active())
                .add("pool.idle", figures.idle())
                .add("pool.waiting", figures.waiting())
                .add("pool.min", figures.min())
                .add("pool.max", figures.max());
        return new Check("database", now.ready(), data.build());
    }

    /** As MicroProfile Health has it. */
    public String status() {
        return status(up);
    }

    static String status(boolean up) {
        return up ? "UP" : "DOWN";
    }

    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("name", name)
                .add("status", status())
                .add("data", data)
                .build();
    }
}
