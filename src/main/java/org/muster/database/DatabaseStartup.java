package org.muster.database;

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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Starts and stops the use of the database with the application. Settings that make no sense stop the deployment; a
 * database that is not there does not: the application then waits for it, not ready.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class DatabaseStartup {
    private static final Logger LOG = System.getLogger(DatabaseStartup.class.getName());
    private static final long INTERVAL_MILLIS = 500;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedScheduledExecutorService executor;

    @Inject
    DatabaseState state;

    private Logins logins;
    private Future<?> supervision;

    @PostConstruct
    void start() {
        var settings = settings();
        if (settings.tls() == Tls.REQUIRE) {
            LOG.log(
                    Level.WARNING,
                    "DB_SSL=require encrypts but trusts whoever answers; DB_SSL=true also verifies the server");
        }
        state.configured(settings.pool());
        logins = new Logins(settings, executor);
        supervision = executor.scheduleWithFixedDelay(
                new Supervision(settings, logins, pool, state), 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        state.unready("stopping", false);
        if (supervision != null) {
            supervision.cancel(true);
            logins.close();
        }
    }

    private static Settings settings() {
        try {
            return Settings.of(Environment.ofProcess());
        } catch (InvalidSettings invalid) {
            LOG.log(Level.ERROR, "Muster cannot start: {0}", invalid.getMessage());
            throw invalid;
        }
    }
}
