package org.muster.mail;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Shows mail to who develops Muster, in the log and at {@code /dev/mail}, instead of sending it. Only with the database of {@code mvn -Prun}. */
@ApplicationScoped
public class MailPreview implements MailClient {
    private static final Logger LOG = System.getLogger(MailPreview.class.getName());
    private static final int MAX_SHOWN = 100;

    private final Deque<Shown> shown = new ArrayDeque<>();

    /** A mail that would have been sent. */
    public record Shown(Instant at, String to, MailText text) {}

    @Override
    public synchronized Optional<MailFailure> send(UUID id, OutgoingMail mail) {
        shown.addFirst(new Shown(Instant.now(), mail.address(), mail.text()));
        if (shown.size() > MAX_SHOWN) {
            shown.removeLast();
        }
        LOG.log(
                Level.INFO,
                "Mail to " + mail.address() + ": " + mail.text().subject() + "\n"
                        + mail.text().text());
        return Optional.empty();
    }

    /** The last mails, the newest first. Empty unless mail is shown. */
    public synchronized List<Shown> shown() {
        return List.copyOf(shown);
    }

    @Override
    public void close() {
        // There is no connection.
    }
}
