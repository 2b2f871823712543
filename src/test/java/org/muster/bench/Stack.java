package org.muster.bench;

import java.util.HashMap;
import java.util.function.Supplier;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * A way to serve Muster's routes.
 *
 * @param starter starts a server of it, and returns when that is ready
 */
record Stack(String title, Supplier<Running> starter) {
    /** Muster on the server and the JVM that the system properties name, with the server's cache if there is one. */
    static Stack muster(String title, EmbeddedDatabase database) {
        return new Stack(title, () -> {
            var environment = new HashMap<>(RunningMuster.environment(database));
            // As it is by default, which the tests change.
            environment.put("MUSTER_WARM_UP_MS", "");
            return Running.of(Server.startForDeveloper(environment, Server.freePort()));
        });
    }

    Running start() {
        return starter.get();
    }
}
