package org.muster.notices;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.calendar.CalendarMessage;
import org.muster.calendar.CalendarName;
import org.muster.database.Database;
import org.muster.mail.Mailing;
import org.muster.mail.Outbox;
import org.muster.notices.Composer.Composed;

/** The transactions of {@link NoticeWorker}. */
@ApplicationScoped
@Transactional
public class NoticeSteps {
    private static final Logger LOG = System.getLogger(NoticeSteps.class.getName());
    private static final int BATCH_SIZE = 50;
    private static final int LONGEST_DIGEST = 50;
    private static final Duration AFTER_A_DEFECT = Duration.ofHours(1);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    @Inject
    CalendarName ids;

    private MailNotices notices;
    private Outbox outbox;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        notices = new MailNotices(sql);
        outbox = new Outbox(sql);
    }

    /**
     * Words some of what is to be told, and puts it into the outbox.
     *
     * @return how many notices there were
     */
    public int compose() {
        return compose(new Composer(mailing::link, new CalendarMessage(ids.value(), mailing.from())));
    }

    int compose(Composer composer) {
        var due = notices.lockDue(BATCH_SIZE);
        var told = new ArrayList<Long>();
        for (var notice : due) {
            if (tell(composer, notice)) {
                told.add(notice.id());
            } else {
                notices.postpone(notice.id(), AFTER_A_DEFECT);
            }
        }
        notices.delete(told);
        return due.size();
    }

    private boolean tell(Composer composer, Notice notice) {
        var planned = notice.kind().equals("digest")
                ? notice.recipient()
                        .flatMap(Notice.Recipient::user)
                        .map(user -> notices.planned(user, LONGEST_DIGEST))
                        .orElse(List.of())
                : List.<MailNotices.Planned>of();
        Optional<Composed> composed;
        try {
            composed = composer.compose(notice, planned);
        } catch (RuntimeException defect) {
            LOG.log(
                    Level.ERROR,
                    "A mail of the kind " + notice.kind() + " cannot be worded; next attempt in 1 hour",
                    defect);
            return false;
        }
        composed.ifPresent(mail -> {
            outbox.add(mail.mail());
            mail.invitation()
                    .ifPresent(invitation -> notices.invite(
                            mail.mail().user().orElseThrow(),
                            notice.activityId().orElseThrow(),
                            invitation));
        });
        return true;
    }
}
