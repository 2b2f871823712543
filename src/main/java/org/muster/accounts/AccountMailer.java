package org.muster.accounts;

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
import org.muster.database.DatabaseException;
import org.muster.lifecycle.Interval;
import org.muster.lifecycle.Readiness;
import org.muster.mail.Mailing;

/** Has {@link AccountMails} send what was asked for within the last second, on any node, and forget what was asked for in vain. */
@ApplicationScoped
public class AccountMailer {
    private static final Logger LOG = System.getLogger(AccountMailer.class.getName());
    private static final Duration CLEAN_UP_INTERVAL = Duration.ofMinutes(10);

    @Resource
    ManagedScheduledExecutorService executor;

    @Inject
    AccountMails mails;

    @Inject
    Mailing mailing;

    @Inject
    Readiness readiness;

    private final Interval cleanUp = Interval.dueNow(CLEAN_UP_INTERVAL);
    private Future<?> task;

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
        try {
            if (readiness.accepting() && cleanUp.due()) {
                mails.forget();
            }
            while (mailing.enabled() && readiness.accepting() && mails.next()) {
                // There may be more.
            }
        } catch (DatabaseException unavailable) {
            // What was asked for stays in the table.
        } catch (RuntimeException failure) {
            // An exception would cancel the scheduled task.
            LOG.log(
                    Level.WARNING,
                    "A link that somebody has asked for was not sent; next attempt in a second",
                    failure);
        }
    }
}
