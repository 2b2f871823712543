package org.muster.page;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.groups.GroupAccess;
import org.muster.groups.GroupKey;
import org.muster.groups.Groups;
import org.muster.lifecycle.Readiness;
import org.muster.problems.Problem;
import org.muster.users.Requester;

/**
 * The previews of what everybody may see, read as the API reads it for somebody who is not signed in. There is none rather than an
 * error, or a wait for a database that has much to do.
 */
@ApplicationScoped
public class Previews {
    /** The page is not admitted as the API is: at most so many threads wait for the database because of it. */
    private static final int MOST = 16;

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    private final Semaphore places = new Semaphore(MOST);
    private Activities activities;
    private Groups groups;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool).limitedTo(TIMEOUT);
        activities = new Activities(sql);
        groups = new Groups(sql);
    }

    /**
     * The preview of the group or activity whose view has this path; empty if there is none that everybody may see, or it cannot be
     * read now. One statement at most.
     */
    Optional<Preview> find(String path, Locale locale) {
        var group = PagePaths.group(path);
        var activity = PagePaths.activity(path);
        if (group.isEmpty() && activity.isEmpty() || !readiness.acceptingReads() || !places.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(group.isPresent() ? preview(group.get()) : preview(activity.get(), locale));
        } catch (Problem hidden) {
            return Optional.empty();
        } catch (DatabaseException unavailable) {
            // The page works without a preview; what is wrong is reported where it does not.
            return Optional.empty();
        } finally {
            places.release();
        }
    }

    private Preview preview(GroupKey group) {
        return Preview.of(
                group.access(groups, Requester.ANONYMOUS).requireVisible().group());
    }

    private Preview preview(PagePaths.Activity path, Locale locale) {
        var access = activities.access(path.group(), path.id(), Requester.ANONYMOUS);
        var group = Optional.of(access.group()).filter(GroupAccess::visible).map(GroupAccess::group);
        return Preview.of(access.requireVisible(), group, locale);
    }
}
