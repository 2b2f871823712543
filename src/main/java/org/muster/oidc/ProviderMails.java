package org.muster.oidc;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.mail.Language;
import org.muster.mail.Mailing;
import org.muster.mail.Outbox;
import org.muster.mail.OutgoingMail;
import org.muster.mail.Wording;
import org.muster.users.AccountTokens;

/** Tells people that others can sign in to their account, or no longer can, in the caller's transaction. */
@ApplicationScoped
public class ProviderMails {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    private Outbox outbox;
    private AccountTokens recipients;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        outbox = new Outbox(sql);
        recipients = new AccountTokens(sql);
    }

    void tellLinked(UUID user, String provider) {
        tell("provider.linked", user, provider);
    }

    void tellUnlinked(UUID user, String provider) {
        tell("provider.unlinked", user, provider);
    }

    private void tell(String kind, UUID user, String provider) {
        if (mailing.enabled()) {
            recipients.recipient(user).ifPresent(recipient -> {
                var language = Language.of(recipient.language());
                var text = Wording.in(language)
                        .mail(kind, Map.of("provider", provider), Optional.of(mailing.link("/#/me")));
                outbox.add(OutgoingMail.required(
                        kind, Optional.of(user), recipient.email(), language, text, OutgoingMail.LONGEST_LIFETIME));
            });
        }
    }
}
