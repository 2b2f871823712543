package org.muster.groups;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.Ids;
import org.muster.lifecycle.Interval;
import org.muster.lifecycle.Readiness;

/**
 * Makes the names that an earlier version of Muster stored searchable: all at the first start, and from time to time those that its nodes
 * still store. Several nodes can do this at the same time.
 */
@ApplicationScoped
public class GroupNamesMaintenance {
    private static final Logger LOG = System.getLogger(GroupNamesMaintenance.class.getName());
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int BATCH_SIZE = 1_000;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Resource
    ManagedScheduledExecutorService executor;

    @Inject
    Readiness readiness;

    private GroupNames names;
    private Future<?> task;
    private final Interval interval = Interval.dueNow(INTERVAL);

    @PostConstruct
    void makeModels() {
        names = new GroupNames(database.sql(pool));
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        task = executor.scheduleWithFixedDelay(this::run, 2, 1, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        if (task != null) {
            task.cancel(true);
        }
    }

    private void run() {
        if (!readiness.accepting() || !interval.due()) {
            return;
        }
        try {
            var batch = names.outdated(Ids.MIN, BATCH_SIZE);
            while (!batch.isEmpty()) {
                names.add(batch);
                batch = names.outdated(batch.get(batch.size() - 1).group(), BATCH_SIZE);
            }
        } catch (RuntimeException failure) {
            // An exception would cancel the scheduled task.
            LOG.log(Level.WARNING, "Not all names of groups are searchable; next attempt in 10 minutes", failure);
        }
    }
}
