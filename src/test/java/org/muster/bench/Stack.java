package org.muster.bench;

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
    /** Muster on the server and the JVM that the system properties name. */
    static Stack muster(String title, EmbeddedDatabase database) {
        return new Stack(title, () -> Running.of(Server.start(RunningMuster.environment(database))));
    }

    Running start() {
        return starter.get();
    }
}
