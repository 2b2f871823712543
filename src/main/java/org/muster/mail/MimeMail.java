package org.muster.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.util.Date;
import java.util.UUID;
import java.util.regex.Pattern;
import org.muster.settings.Settings;

/** A mail as a MIME message. Its Message-ID is the same at each attempt to send it. */
final class MimeMail extends MimeMessage {
    private static final Pattern METHOD = Pattern.compile("(?m)^METHOD:([A-Z]+)\\r?$");

    private final String messageId;
    private boolean handedOver;

    /** @throws MessagingException if its address is none */
    MimeMail(Session session, UUID id, OutgoingMail mail, Settings.Mail settings) throws MessagingException {
        super(session);
        messageId = "<" + id + "@" + settings.fromAddress().replaceFirst(".*@", "") + ">";
        setFrom(from(settings));
        setRecipient(Message.RecipientType.TO, new InternetAddress(mail.address(), true));
        setSubject(mail.text().subject(), "UTF-8");
        setSentDate(new Date());
        setHeader("Auto-Submitted", "auto-generated");
        setHeader("Content-Language", mail.language().code());
        if (mail.unsubscribe().isPresent()) {
            setHeader("List-Unsubscribe", "<" + mail.unsubscribe().get() + ">");
            setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        var alternatives = new MimeMultipart("alternative");
        alternatives.addBodyPart(part(mail.text().text(), "text/plain; charset=UTF-8"));
        alternatives.addBodyPart(part(mail.text().html(), "text/html; charset=UTF-8"));
        if (mail.calendar().isPresent()) {
            var calendar = mail.calendar().get();
            var method = METHOD.matcher(calendar);
            var type = "text/calendar; charset=UTF-8; method=" + (method.find() ? method.group(1) : "PUBLISH")
                    + "; component=VEVENT";
            alternatives.addBodyPart(part(calendar, type));
            setContent(mixed(alternatives, attached(calendar, type)));
        } else {
            setContent(alternatives);
        }
        saveChanges();
    }

    /** Whether the mail has been written as a whole, so that the receiver may have it. */
    boolean handedOver() {
        return handedOver;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", messageId);
    }

    @Override
    public void writeTo(OutputStream output, String[] ignoredHeaders) throws IOException, MessagingException {
        super.writeTo(output, ignoredHeaders);
        handedOver = true;
    }

    private static InternetAddress from(Settings.Mail settings) throws MessagingException {
        try {
            return new InternetAddress(
                    settings.fromAddress(), settings.fromName().orElse(null), "UTF-8");
        } catch (UnsupportedEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MimeMultipart mixed(MimeMultipart alternatives, MimeBodyPart attachment) throws MessagingException {
        var message = new MimeBodyPart();
        message.setContent(alternatives);
        return new MimeMultipart("mixed", message, attachment);
    }

    private static MimeBodyPart attached(String calendar, String type) throws MessagingException {
        var attachment = part(calendar, type);
        attachment.setDisposition(Part.ATTACHMENT);
        attachment.setFileName("invite.ics");
        return attachment;
    }

    /** From bytes, which needs no handler of the type: not all servers let an application find one. */
    private static MimeBodyPart part(String text, String type) throws MessagingException {
        var part = new MimeBodyPart();
        part.setDataHandler(new DataHandler(new ByteArrayDataSource(text.getBytes(UTF_8), type)));
        part.setHeader("Content-Type", type);
        return part;
    }
}
