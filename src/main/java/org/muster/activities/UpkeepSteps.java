package org.muster.activities;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.LocalDate;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Occurrences.Slot;
import org.muster.groups.Groups;
import org.muster.history.Notifications;

/** What {@link Upkeep} does for one group, in a transaction each. */
@ApplicationScoped
@Transactional
public class UpkeepSteps {
    /** Activities in a transaction. */
    private static final int BATCH = 200;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    /**
     * Makes all occurrences of the group's series up to this day. Series that somebody else is at are left to them.
     *
     * @return how many series have got more
     */
    public int extend(UUID group, LocalDate horizon) {
        new Groups(pool).lock(group);
        var all = new SeriesStore(pool);
        var due = all.lockDue(group, horizon);
        if (!due.isEmpty()) {
            new Occurrences(pool)
                    .make(
                            group,
                            due.stream()
                                    .flatMap(series -> series.template().dates().stream()
                                            .filter(day -> day.isAfter(series.madeThrough()) && !day.isAfter(horizon))
                                            .map(day -> new Slot(
                                                    series.id(),
                                                    day,
                                                    series.template().on(day))))
                                    .toList());
            all.advance(group, due, horizon);
        }
        return due.size();
    }

    /**
     * Puts the instants of the group's activities right, some of them, by the rules of this JVM.
     *
     * @return whether there may be more
     */
    public boolean recompute(UUID group) {
        new Groups(pool).lock(group);
        var rules = new TimeRules(pool);
        var outdated = rules.lock(group, BATCH);
        if (!outdated.isEmpty()) {
            rules.derive(group, outdated);
            var moved =
                    outdated.stream().filter(TimeRules::moves).map(Activity::id).toList();
            new Notifications(pool).tellParticipants(group, moved, "activity.moved", null);
        }
        return outdated.size() == BATCH;
    }
}
