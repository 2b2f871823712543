package org.muster.lifecycle;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.Transactions;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Database;
import org.muster.database.MigrationConnections;
import org.muster.settings.Environment;
import org.muster.settings.InvalidSettingsException;
import org.muster.settings.Settings;
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
    private static final long INTERVAL_MILLIS = 250;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transactions;

    @Resource
    ManagedScheduledExecutorService executor;

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
    private List<Future<?>> tasks = List.of();

    @PostConstruct
    void start() {
        try {
            begin(Settings.of(Environment.ofProcess()));
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
        factory = new ConnectionFactory(settings, credentials, breaker);
        var guard =
                new GuardedPool(settings.pool(), breaker, factory, Transactions.of(transactions, database::committed));
        database.use(guard, settings.statementTimeout(), settings.slowStatement());
        readiness.use(credentials);
        Registry.register(factory);
        migrations = new MigrationConnections(factory);
        var startup = new DatabaseStartup(settings, credentials, guard, pool, readiness, warmUp, migrations);
        tasks = List.of(
                every(new DatabaseMonitor(startup, database, credentials, pool, readiness)),
                every(new CredentialsRefresh(credentials, factory)));
        // Last: a signal may come at once, and closes what was made before.
        shutdown.onSignal(settings.shutdownDelay(), settings.shutdownGrace(), this::close);
    }

    private Future<?> every(Runnable task) {
        return executor.scheduleWithFixedDelay(task, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        readiness.stop();
        if (factory != null) {
            shutdown.finish();
            close();
            Registry.unregister();
            credentials.close();
        }
    }

    private void close() {
        tasks.forEach(task -> task.cancel(true));
        factory.register().close();
        migrations.abort();
    }
}
