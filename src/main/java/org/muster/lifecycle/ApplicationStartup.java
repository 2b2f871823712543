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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.muster.connections.CircuitBreaker;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Database;
import org.muster.settings.Environment;
import org.muster.settings.InvalidSettingsException;
import org.muster.settings.Settings;
import org.muster.settings.Tls;

/**
 * Starts and stops the use of the database with the application. Settings that make no sense stop the deployment; a
 * database that is not there does not: the application then waits for it, not ready.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class ApplicationStartup {
    private static final Logger LOG = System.getLogger(ApplicationStartup.class.getName());
    private static final long INTERVAL_MILLIS = 250;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedScheduledExecutorService executor;

    @Inject
    Database database;

    @Inject
    Readiness state;

    @Inject
    GracefulShutdown drain;

    private CredentialsManager logins;
    private ConnectionFactory opener;
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

    // Not another start: the container looks for the annotated one by its name.
    private void begin(Settings settings) {
        if (settings.tls() == Tls.REQUIRE) {
            LOG.log(
                    Level.WARNING,
                    "DB_SSL=require encrypts but trusts whoever answers; DB_SSL=true also verifies the server");
        }
        var breaker = new CircuitBreaker();
        logins = new CredentialsManager(settings);
        opener = new ConnectionFactory(settings, logins, breaker);
        var connections = new GuardedPool(settings.pool(), breaker, opener);
        database.use(connections, settings.slowStatement());
        Registry.offer(opener);
        state.configured(logins, opener);
        drain.onSignal(settings.shutdownGrace(), this::close);
        tasks = List.of(
                every(new DatabaseMonitor(settings, logins, opener, connections, pool, state)),
                every(new Refresh(logins, opener)));
    }

    private Future<?> every(Runnable task) {
        return executor.scheduleWithFixedDelay(task, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        state.stop();
        if (opener != null) {
            drain.finish();
            close();
            Registry.withdraw();
            logins.close();
        }
    }

    private void close() {
        tasks.forEach(task -> task.cancel(true));
        opener.stop();
    }

    /** Keeps the credentials fresh, beside the supervision, for Secrets Manager may be slow. */
    private record Refresh(CredentialsManager logins, ConnectionFactory opener) implements Runnable {
        @Override
        public void run() {
            if (logins.due()) {
                try {
                    logins.refresh().ifPresent(opener::prove);
                } catch (RuntimeException defect) {
                    LOG.log(Level.ERROR, "The credentials could not be refreshed", defect);
                }
            }
        }
    }
}
