package org.muster.mail;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.muster.credentials.SecretPassword;
import org.muster.settings.Password;
import org.muster.settings.Settings;
import org.muster.settings.Settings.MailTls;

/** Sends mail to the configured mail server, over one connection that stays open while there is more to send. Used by one thread. */
final class SmtpClient implements MailClient {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Settings.Mail settings;
    private final Optional<SecretPassword> secret;
    private final Session session;
    private final Duration timeout;
    private Optional<Transport> open = Optional.empty();

    /** @param secret what has the password, if the settings name a secret */
    SmtpClient(Settings.Mail settings, Optional<SecretPassword> secret) {
        this(settings, secret, TIMEOUT);
    }

    /** @param timeout the longest wait for a reply, or for the server to take what is sent */
    SmtpClient(Settings.Mail settings, Optional<SecretPassword> secret, Duration timeout) {
        this.settings = settings;
        this.secret = secret;
        this.timeout = timeout;
        session = Session.getInstance(properties());
    }

    private Properties properties() {
        var properties = new Properties();
        properties.setProperty("mail.transport.protocol", "smtp");
        properties.setProperty("mail.smtp.host", settings.host());
        properties.setProperty("mail.smtp.port", String.valueOf(settings.port()));
        properties.setProperty("mail.smtp.from", settings.fromAddress());
        properties.setProperty("mail.smtp.auth", String.valueOf(settings.login().isPresent()));
        properties.setProperty("mail.smtp.connectiontimeout", String.valueOf(CONNECT_TIMEOUT.toMillis()));
        properties.setProperty("mail.smtp.timeout", String.valueOf(timeout.toMillis()));
        properties.setProperty("mail.smtp.writetimeout", String.valueOf(timeout.toMillis()));
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(settings.tls() == MailTls.STARTTLS));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(settings.tls() == MailTls.STARTTLS));
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(settings.tls() == MailTls.TLS));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        return properties;
    }

    @Override
    public Optional<MailFailure> send(UUID id, OutgoingMail mail) {
        MimeMail message;
        try {
            message = new MimeMail(session, id, mail, settings);
        } catch (AddressException noAddress) {
            return Optional.of(MailFailure.REFUSED);
        } catch (MessagingException defect) {
            throw new IllegalStateException("a mail of the kind " + mail.kind() + " cannot be made", defect);
        }
        // Asks the server, which may have closed the connection meanwhile.
        if (open.filter(Transport::isConnected).isEmpty()) {
            close();
            var failure = connect();
            if (failure.isPresent()) {
                close();
                return failure;
            }
        }
        var transport = open.orElseThrow();
        try {
            transport.sendMessage(message, recipients(message));
            return Optional.empty();
        } catch (MessagingException failure) {
            close();
            return Optional.of(MailFailure.sending(failure, message.handedOver()));
        } catch (RuntimeException defect) {
            // The mail server may be waiting for the rest of the mail.
            close();
            throw defect;
        }
    }

    private static Address[] recipients(MimeMail message) throws MessagingException {
        return message.getAllRecipients();
    }

    private Optional<MailFailure> connect() {
        var login = settings.login();
        var password = login.flatMap(known -> known.password().or(() -> secret.flatMap(SecretPassword::value)));
        if (login.isPresent() && password.isEmpty()) {
            return Optional.of(MailFailure.PASSWORD_UNAVAILABLE);
        }
        try {
            var transport = session.getTransport();
            open = Optional.of(transport);
            transport.connect(
                    settings.host(),
                    settings.port(),
                    login.map(Settings.MailLogin::user).orElse(null),
                    password.map(Password::value).orElse(null));
            return Optional.empty();
        } catch (AuthenticationFailedException refused) {
            // It may have been changed: the next attempt reads it anew.
            secret.ifPresent(SecretPassword::forget);
            return Optional.of(MailFailure.LOGIN_REFUSED);
        } catch (MessagingException failure) {
            return Optional.of(MailFailure.connecting(failure));
        }
    }

    @Override
    public void close() {
        open.ifPresent(transport -> {
            try {
                transport.close();
            } catch (MessagingException lost) {
                // It is closed.
            }
        });
        open = Optional.empty();
    }
}
