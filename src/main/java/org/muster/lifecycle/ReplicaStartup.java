package org.muster.lifecycle;

import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.Servers;
import org.muster.connections.Transactions;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Database;
import org.muster.database.LogPositions;
import org.muster.database.ReplicaLag;
import org.muster.database.Replicas;
import org.muster.settings.Settings;

/** Brings the replicas into use. Muster becomes ready without them, too. */
final class ReplicaStartup implements AutoCloseable {
    private static final Duration MONITOR_INTERVAL = Duration.ofMillis(250);
    /** For how much longer than they may be behind it is known how old what replicas have replayed is. */
    private static final Duration MEMORY = Duration.ofMinutes(10);
    /** How often the position of the primary is asked for in the time that a replica may be behind. */
    private static final int POSITIONS = 4;

    private static final Duration MIN_POSITION_INTERVAL = Duration.ofMillis(25);

    private final ConnectionFactory factory;
    private final PrimaryPosition position;
    private final ReplicaMonitor monitor;
    private final Duration positionInterval;

    ReplicaStartup(
            Settings settings,
            Settings.Replicas wanted,
            Database database,
            CredentialsManager credentials,
            DataSource pool,
            Readiness readiness) {
        var positions = new LogPositions(MEMORY.plus(wanted.maxLag()));
        var lag = new ReplicaLag(wanted.maxLag(), positions);
        var breaker = new CircuitBreaker();
        factory = new ConnectionFactory(settings, Servers.replicas(wanted.hosts(), lag::prefers), credentials, breaker);
        var guard = new GuardedPool(wanted.pool(), breaker, factory, Transactions.none());
        var replicas = new Replicas(guard, pool, lag);
        Registry.register(Registry.REPLICA, factory);
        database.use(replicas);
        position = new PrimaryPosition(database.pool(), positions);
        monitor = new ReplicaMonitor(readiness, replicas, wanted.pool(), new PoolMonitor(credentials, guard, pool));
        positionInterval = positionInterval(wanted.maxLag());
    }

    private static Duration positionInterval(Duration maxLag) {
        var wanted = maxLag.dividedBy(POSITIONS);
        if (wanted.compareTo(MIN_POSITION_INTERVAL) < 0) {
            return MIN_POSITION_INTERVAL;
        }
        return wanted.compareTo(MONITOR_INTERVAL) > 0 ? MONITOR_INTERVAL : wanted;
    }

    /** What is to be run at which intervals. */
    Map<Runnable, Duration> tasks() {
        return Map.of(position, positionInterval, monitor, MONITOR_INTERVAL);
    }

    @Override
    public void close() {
        factory.register().close();
        position.close();
        Registry.unregister(Registry.REPLICA);
    }
}
