package org.muster.mail;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.muster.settings.Password;
import org.muster.settings.Settings;
import org.muster.settings.Settings.MailTls;

/** Sends a mail in a JVM of its own, which has its own certificate authorities, and prints what comes of it. */
final class SendOne {
    static final String PASSWORD = "s3cret-of-mail";

    private SendOne() {}

    /** @param arguments the mail server's host and port, {@code STARTTLS}, {@code TLS} or {@code NONE}, and whether to sign in */
    public static void main(String[] arguments) {
        var login = Boolean.parseBoolean(arguments[3])
                ? Optional.of(new Settings.MailLogin("muster", Optional.of(new Password(PASSWORD)), Optional.empty()))
                : Optional.<Settings.MailLogin>empty();
        var settings = new Settings.Mail(
                arguments[0],
                Integer.parseInt(arguments[1]),
                MailTls.valueOf(arguments[2]),
                login,
                "muster@example.org",
                Optional.empty());
        try (var client = new SmtpClient(settings, Optional.empty(), Duration.ofSeconds(5))) {
            var mail = OutgoingMail.required(
                    "test",
                    Optional.empty(),
                    "ann@example.org",
                    Language.EN,
                    new MailText("Hello", "Hello", "<p>Hello</p>"),
                    Duration.ofMinutes(1));
            System.out.println(
                    client.send(UUID.randomUUID(), mail).map(MailFailure::code).orElse("sent"));
        }
    }
}
