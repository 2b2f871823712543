package org.muster.notices;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.lifecycle.BackgroundThread;
import org.muster.lifecycle.Interval;
import org.muster.lifecycle.Readiness;
import org.muster.mail.Mailing;

/** Words what is to be told by mail, while mail is sent and the database is available. Several nodes do this at the same time. */
@ApplicationScoped
public class NoticeWorker {
    private static final Logger LOG = System.getLogger(NoticeWorker.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration CLOCK_INTERVAL = Duration.ofMinutes(1);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    @Inject
    NoticeSteps steps;

    @Inject
    Readiness readiness;

    private final BackgroundThread thread = new BackgroundThread();
    private final Interval lookingAtTheClock = Interval.dueNow(CLOCK_INTERVAL);

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        thread.start(threads, this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    private void run() throws InterruptedException {
        var reminders = new Reminders(database.sql(pool));
        var clock = new ClockNotices(reminders);
        BackgroundThread.repeat(() -> work(clock, reminders), INTERVAL, "Mail could not be worded");
    }

    private Duration work(ClockNotices clock, Reminders reminders) {
        if (!mailing.enabled() || !readiness.accepting() || readiness.leaving()) {
            return INTERVAL;
        }
        if (lookingAtTheClock.due()) {
            lookAtTheClock(clock, reminders);
        }
        return steps.compose() == 0 ? INTERVAL : Duration.ZERO;
    }

    private static void lookAtTheClock(ClockNotices clock, Reminders reminders) {
        try {
            clock.note(Instant.now());
            reminders.forget();
        } catch (DatabaseException unavailable) {
            // A minute later there is time enough.
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, "Reminders could not be noted", defect);
        }
    }
}
