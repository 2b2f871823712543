package org.muster.health;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import java.util.List;
import org.muster.credentials.Logins;
import org.muster.database.DatabaseState;

/**
 * One thing that is looked at, and how it is now.
 *
 * @param data what else there is to know of it
 */
public record Check(String name, boolean up, JsonObject data) {

    /** All there are. */
    public static List<Check> all(DatabaseState database) {
        return List.of(live(), started(database), ready(database));
    }

    static Check live() {
        return new Check("server", true, JsonObject.EMPTY_JSON_OBJECT);
    }

    static Check started(DatabaseState database) {
        return new Check("startup", database.started(), JsonObject.EMPTY_JSON_OBJECT);
    }

    static Check ready(DatabaseState database) {
        var now = database.now();
        var figures = database.figures();
        var credentials = database.credentials();
        var data = JSON.createObjectBuilder();
        if (!now.ready()) {
            data.add("reason", now.reason()).add("fatal", now.fatal());
        }
        data.add("database", now.address()).add("credentials.source", credentials.source());
        credentials.age().ifPresent(age -> data.add("credentials.age", age.toSeconds()));
        data.add(
                        "credentials.lastFailure",
                        credentials.lastFailure().map(Logins.Failure::toString).orElse(""))
                .add("breaker", database.connections().breaker().outage().isPresent() ? "open" : "closed")
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
