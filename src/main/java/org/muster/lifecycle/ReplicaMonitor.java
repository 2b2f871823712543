package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.muster.connections.PoolLimits;
import org.muster.database.Replicas;
import org.muster.settings.Settings;

/** Watches the replicas, once Muster has been ready: whether they can be used, and how far they are. In a thread of its own. */
final class ReplicaMonitor implements Runnable {
    private static final Logger LOG = System.getLogger(ReplicaMonitor.class.getName());
    private static final String POOL = "muster-replica-pool";
    private static final Duration MEASURING_INTERVAL = Duration.ofSeconds(1);

    private final Readiness readiness;
    private final Replicas replicas;
    private final Settings.Pool limits;
    private final PoolMonitor connections;
    private boolean limited;
    private final Interval measuring = Interval.of(MEASURING_INTERVAL);

    ReplicaMonitor(Readiness readiness, Replicas replicas, Settings.Pool limits, PoolMonitor connections) {
        this.readiness = readiness;
        this.replicas = replicas;
        this.limits = limits;
        this.connections = connections;
    }

    @Override
    public void run() {
        if (readiness.stopping() || !readiness.started()) {
            return;
        }
        try {
            if (!limited) {
                new PoolLimits(POOL, limits).apply();
                limited = true;
            }
            connections.watch();
            if (measuring.due()) {
                replicas.measure();
            }
        } catch (RuntimeException defect) {
            // If it were thrown, the executor would never run the monitor again.
            LOG.log(Level.ERROR, "The replicas cannot be watched", defect);
        }
    }
}
