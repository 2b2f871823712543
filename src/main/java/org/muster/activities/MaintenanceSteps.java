package org.muster.activities;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.LocalDate;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Occurrences.Slot;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.history.Notifications;

/** The transactions of {@link ActivityMaintenance}, each for one group. */
@ApplicationScoped
@Transactional
public class MaintenanceSteps {
    /** The maximum number of activities in a transaction. */
    private static final int BATCH_SIZE = 200;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private Groups groups;
    private Notifications notifications;
    private Occurrences occurrences;
    private SeriesStore seriesStore;
    private OutdatedStarts outdatedStarts;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        groups = new Groups(sql);
        notifications = new Notifications(sql);
        occurrences = new Occurrences(sql);
        seriesStore = new SeriesStore(sql);
        outdatedStarts = new OutdatedStarts(sql);
    }

    /**
     * Creates the occurrences of the group's series up to this day. Skips series that another transaction has locked, and
     * those whose time zone only another node knows.
     *
     * @return the number of series that were extended
     */
    public int extendSeries(UUID group, LocalDate horizon) {
        groups.lock(group);
        var due = seriesStore.lockDue(group, horizon).stream()
                .filter(series -> series.template().plan().schedule().zone().known())
                .toList();
        if (!due.isEmpty()) {
            occurrences.make(
                    group,
                    due.stream()
                            .flatMap(series -> series.template().dates().stream()
                                    .filter(day -> day.isAfter(series.madeThrough()) && !day.isAfter(horizon))
                                    .map(day -> new Slot(
                                            series.id(), day, series.template().on(day))))
                            .toList());
            seriesStore.advance(group, due, horizon);
        }
        return due.size();
    }

    /**
     * Computes the starts of some of the group's activities again, with this JVM's tz database.
     *
     * @return whether there may be more such activities
     */
    public boolean recomputeStarts(UUID group) {
        groups.lock(group);
        var outdated = outdatedStarts.lock(group, BATCH_SIZE);
        if (!outdated.isEmpty()) {
            outdatedStarts.recompute(group, outdated);
            var moved = outdated.stream()
                    .filter(OutdatedStarts::moves)
                    .map(Activity::id)
                    .toList();
            notifications.sendToParticipants(group, moved, "activity.moved", null);
        }
        return outdated.size() == BATCH_SIZE;
    }
}
