package org.muster.mail;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import org.muster.credentials.SecretPassword;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.settings.Environment;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/** Whether mail is configured, and the links in it. */
@ApplicationScoped
public class Mailing {
    /** What mail is from that is only shown. */
    private static final String NOBODY = "muster@localhost";

    @Inject
    MailPreview preview;

    private Settings settings;

    @PostConstruct
    void read() {
        settings = SettingsReader.read(Environment.ofProcess());
    }

    /** Whether mail is made, be it to be sent or only to be shown. Without it, nothing is added to the outbox. */
    public boolean enabled() {
        return settings.mail().isPresent() || previewed();
    }

    /** Whether mail reaches people, so that they can prove an address. */
    public boolean sends() {
        return settings.mail().isPresent();
    }

    /** @throws Problem 409 unless mail is made */
    public void require() {
        if (!enabled()) {
            throw Problem.of(
                    ProblemType.MAIL_UNAVAILABLE,
                    "Ask the operator of this server, who can make a link to a new password.");
        }
    }

    /**
     * The address of a view of the page, or of the API, for mail.
     *
     * @param path begins with a slash; may have a fragment
     * @throws java.util.NoSuchElementException unless mail is made
     */
    public URI link(String path) {
        return URI.create(settings.mailPreview().or(settings::url).orElseThrow() + path);
    }

    /** The address that mail is from. */
    public String from() {
        return settings.mail().map(Settings.Mail::fromAddress).orElse(NOBODY);
    }

    /** Whether mail is only shown. */
    public boolean previewed() {
        return settings.mailPreview().isPresent();
    }

    /** A client of the mail server. */
    MailClient client() {
        return settings.mail()
                .<MailClient>map(mail -> new SmtpClient(mail, secret(mail)))
                .orElse(preview);
    }

    private Optional<SecretPassword> secret(Settings.Mail mail) {
        return mail.login()
                .flatMap(Settings.MailLogin::secret)
                .map(name -> new SecretPassword(settings, "SMTP_PASSWORD_SECRET", name));
    }
}
