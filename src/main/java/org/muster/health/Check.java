package org.muster.health;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.util.List;
import org.muster.connections.GuardedPool;
import org.muster.credentials.CredentialsStatus;
import org.muster.lifecycle.Readiness;

/**
 * A health check and its result.
 *
 * @param name the name of the check
 * @param up whether it succeeded
 * @param data details, in the format of MicroProfile Health
 */
public record Check(String name, boolean up, JsonObject data) {

    /** Runs all checks. */
    public static List<Check> all(Readiness readiness, GuardedPool pool) {
        return List.of(live(), started(readiness), ready(readiness, pool));
    }

    static Check live() {
        return new Check("server", true, JsonObject.EMPTY_JSON_OBJECT);
    }

    static Check started(Readiness readiness) {
        return new Check("startup", readiness.started(), JsonObject.EMPTY_JSON_OBJECT);
    }

    static Check ready(Readiness readiness, GuardedPool pool) {
        var now = readiness.reported();
        var figures = pool.figures();
        var credentials = readiness.credentials();
        var data = JSON.createObjectBuilder();
        if (now.degraded()) {
            data.add("degraded", true).add("reason", now.reason());
        } else if (!now.ready()) {
            data.add("reason", now.reason()).add("fatal", now.fatal());
        }
        data.add("database", now.address()).add("credentials.source", credentials.source());
        credentials.age().ifPresent(age -> data.add("credentials.age", age.toSeconds()));
        data.add(
                        "credentials.lastFailure",
                        credentials
                                .lastFailure()
                                .map(CredentialsStatus.Failure::toString)
                                .orElse(""))
                .add("breaker", pool.breaker().outage().isPresent() ? "open" : "closed")
                .add("pool.total", figures.total())
                .add("pool.active", figures.active())
                .add("pool.idle", figures.idle())
                .add("pool.waiting", figures.waiting())
                .add("pool.min", figures.min())
                .add("pool.max", figures.max());
        return new Check("database", now.ready(), data.build());
    }

    Check withoutData() {
        return new Check(name, up, JsonObject.EMPTY_JSON_OBJECT);
    }

    /** Returns {@code UP} or {@code DOWN}. */
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
