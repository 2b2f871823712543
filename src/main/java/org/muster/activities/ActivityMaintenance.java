package org.muster.activities;

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
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.database.Ids;
import org.muster.lifecycle.Readiness;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/**
 * Background work on activities while the database is available. Once after the start it checks whether the rules of
 * time zones have changed since activities were planned. Every hour it creates the occurrences of series within the
 * next 180 days. Several nodes can do this at the same time.
 */
@ApplicationScoped
public class ActivityMaintenance {
    private static final Logger LOG = System.getLogger(ActivityMaintenance.class.getName());
    /** Frequent, because the database may be unavailable when an occurrence is due. */
    private static final Duration INTERVAL = Duration.ofHours(1);

    private static final Duration RETRY_DELAY = Duration.ofMinutes(1);
    private static final int PAGE_SIZE = 100;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Resource
    ManagedScheduledExecutorService executor;

    @Inject
    Readiness readiness;

    @Inject
    MaintenanceSteps steps;

    private SeriesStore seriesStore;
    private OutdatedStarts outdatedStarts;

    private Future<?> task;
    private boolean startsChecked;
    private long notBefore = System.nanoTime();

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        seriesStore = new SeriesStore(sql);
        outdatedStarts = new OutdatedStarts(sql);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        task = executor.scheduleWithFixedDelay(this::run, 1, 1, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        if (task != null) {
            task.cancel(true);
        }
    }

    private void run() {
        if (System.nanoTime() - notBefore < 0 || !readiness.accepting()) {
            return;
        }
        try {
            if (!startsChecked) {
                startsChecked =
                        checkStarts(SettingsReader.read(Environment.ofProcess()).recomputeTimes());
            }
            extendSeries();
            delay(INTERVAL);
        } catch (RuntimeException failure) {
            // An exception would cancel the scheduled task.
            LOG.log(Level.WARNING, "Maintenance of activities failed; next attempt in 1 minute", failure);
            delay(RETRY_DELAY);
        }
    }

    /** @return whether this is done */
    private boolean checkStarts(boolean recompute) {
        var outdated = outdatedStarts.count();
        var counted = "Time zones are those of tz database " + Schedule.tzdbVersion() + ": " + outdated
                + " activities to come were planned by another";
        if (outdated == 0) {
            LOG.log(Level.INFO, counted + ", nothing to do");
        } else if (recompute) {
            LOG.log(Level.INFO, counted + " and are recomputed now");
            var complete = each(outdatedStarts::groups, group -> {
                var more = true;
                while (more) {
                    more = steps.recomputeStarts(group);
                }
            });
            if (!complete) {
                return false;
            }
            LOG.log(Level.INFO, "All activities to come start by the rules of tz database " + Schedule.tzdbVersion());
        } else {
            LOG.log(
                    Level.WARNING,
                    counted + " and may start at a wrong instant; to move them to their wall clocks, and tell who takes"
                            + " part, start once with MUSTER_RECOMPUTE_TIMES=true");
        }
        return true;
    }

    void extendSeries() {
        var horizon = Series.horizon(Instant.now());
        each(
                (after, limit) -> seriesStore.groupsWithDue(horizon, after, limit),
                group -> steps.extendSeries(group, horizon));
    }

    /** @return whether it succeeded for all groups */
    private static boolean each(BiFunction<UUID, Integer, List<UUID>> page, Consumer<UUID> work) {
        var complete = true;
        var groups = page.apply(Ids.MIN, PAGE_SIZE);
        while (!groups.isEmpty()) {
            for (var group : groups) {
                complete &= succeeds(work, group);
            }
            groups = page.apply(groups.get(groups.size() - 1), PAGE_SIZE);
        }
        return complete;
    }

    /** One group that fails does not hold up the others, unless the database fails. */
    private static boolean succeeds(Consumer<UUID> work, UUID group) {
        try {
            work.accept(group);
            return true;
        } catch (RuntimeException failure) {
            if (failure instanceof DatabaseException ofDatabase && !ofDatabase.ofStatement()) {
                throw failure;
            }
            LOG.log(
                    Level.WARNING,
                    "Maintenance of the activities of group " + group + " failed; next attempt in 1 hour",
                    failure);
            return false;
        }
    }

    private void delay(Duration atLeast) {
        notBefore = System.nanoTime() + atLeast.toNanos();
    }
}
