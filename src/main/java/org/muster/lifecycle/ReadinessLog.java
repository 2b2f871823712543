package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs what {@link Readiness} says, each time that it changes. Used by one thread. */
final class ReadinessLog {
    private static final Logger LOG = System.getLogger(ReadinessLog.class.getName());

    private final Readiness readiness;
    private String logged = "";

    ReadinessLog(Readiness readiness) {
        this.readiness = readiness;
    }

    void update() {
        var now = readiness.now();
        if (now.reason().equals(logged) || readiness.stopping()) {
            return;
        }
        if (now.degraded()) {
            LOG.log(Level.WARNING, "Some requests fail or wait: {0}", now.reason());
        } else if (now.ready()) {
            LOG.log(Level.INFO, "The database {0} is available again", now.address());
        } else {
            LOG.log(Level.WARNING, "Muster is not ready: {0}", now.reason());
        }
        logged = now.reason();
    }
}
