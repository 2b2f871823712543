package org.muster.lifecycle;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.Servers;
import org.muster.connections.Transactions;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Database;
import org.muster.database.MigrationConnections;
import org.muster.settings.Environment;
import org.muster.settings.InvalidSettingsException;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;
import org.muster.settings.Tls;

/**
 * Starts and stops the use of the database with the application. Invalid settings stop the deployment; an unreachable database
 * does not: the application waits for it, not ready.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class ApplicationStartup {
    private static final Logger LOG = System.getLogger(ApplicationStartup.class.getName());
    private static final Duration INTERVAL = Duration.ofMillis(250);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource(lookup = "java:comp/env/jdbc/muster-replica")
    DataSource replicaPool;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transactions;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    @Inject
    WarmUp warmUp;

    @Inject
    GracefulShutdown shutdown;

    private CredentialsManager credentials;
    private ConnectionFactory factory;
    private MigrationConnections migrations;
    private Optional<ReplicaStartup> replicas = Optional.empty();
    private final List<ExecutorService> watchers = new ArrayList<>();

    @PostConstruct
    void start() {
        try {
            begin(SettingsReader.read(Environment.ofProcess()));
        } catch (InvalidSettingsException invalid) {
            LOG.log(Level.ERROR, "Muster cannot start: {0}", invalid.getMessage());
            throw invalid;
        }
    }

    // Not an overload of start: the container looks for the annotated method by its name.
    private void begin(Settings settings) {
        if (settings.tls() == Tls.REQUIRE) {
            LOG.log(
                    Level.WARNING,
                    "DB_SSL=require encrypts but does not verify the server; use DB_SSL=true to verify it");
        }
        var breaker = new CircuitBreaker();
        credentials = new CredentialsManager(settings);
        factory = new ConnectionFactory(settings, Servers.primary(), credentials, breaker);
        var guard =
                new GuardedPool(settings.pool(), breaker, factory, Transactions.of(transactions, database::committed));
        database.use(guard, settings.statementTimeout(), settings.slowStatement());
        readiness.use(credentials);
        Registry.register(Registry.PRIMARY, factory);
        migrations = new MigrationConnections(factory);
        var startup = new DatabaseStartup(settings, credentials, guard, pool, readiness, warmUp, migrations);
        every(INTERVAL, new DatabaseMonitor(startup, database, credentials, pool, readiness));
        every(INTERVAL, new CredentialsRefresh(credentials, factory));
        replicas = settings.replicas()
                .map(wanted -> new ReplicaStartup(settings, wanted, database, credentials, replicaPool, readiness));
        replicas.ifPresent(wanted -> wanted.tasks().forEach((task, interval) -> every(interval, task)));
        // Last: a signal may come at once, and closes what was made before.
        shutdown.onSignal(settings.shutdownDelay(), settings.shutdownGrace(), this::close);
    }

    /**
     * Repeats a task that watches the database, in a thread of its own. The server's executor may have one thread for all, and whoever uses
     * the database may wait for it.
     */
    private void every(Duration interval, Runnable task) {
        var watcher = Executors.newSingleThreadScheduledExecutor(threads);
        watcher.scheduleWithFixedDelay(task, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        watchers.add(watcher);
    }

    @PreDestroy
    void stop() {
        readiness.stop();
        if (factory != null) {
            shutdown.finish();
            close();
            Registry.unregister(Registry.PRIMARY);
            credentials.close();
        }
    }

    private void close() {
        watchers.forEach(ExecutorService::shutdownNow);
        replicas.ifPresent(ReplicaStartup::close);
        factory.register().close();
        migrations.abort();
    }
}
