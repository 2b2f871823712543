package org.muster.page;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.muster.Await;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** A Muster of its own that sends mail to a real mail server, and the links in that mail. */
final class MailedMuster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HOME = "http://muster.example.org";

    private final GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private final Server server;

    /** Starts it, with these variables too. */
    MailedMuster(Map<String, String> more) {
        mails.start();
        var variables = new HashMap<>(RunningMuster.patientEnvironment(database));
        variables.putAll(Map.of(
                "SMTP_HOST", "127.0.0.1",
                "SMTP_PORT", String.valueOf(mails.getSmtp().getPort()),
                "SMTP_TLS", "none",
                "MAIL_FROM", "Muster <muster@example.org>",
                "MUSTER_URL", HOME));
        variables.putAll(more);
        server = Server.start(variables);
        server.awaitReady(Duration.ofMinutes(3));
    }

    URI base() {
        return server.base();
    }

    Client nobody() {
        return Client.anonymous(server.base());
    }

    /** The path of a link to this view, such as {@code /#/reset/…}, in mail to an address: the last, once this many are there. */
    String link(String address, String view, int count) {
        var pattern = Pattern.compile(Pattern.quote(HOME) + "(/#/" + view + "/[A-Za-z0-9_-]{43})");
        Await.await(
                "mail with a link to " + view,
                PATIENCE,
                () -> links(address, pattern).size() == count);
        return links(address, pattern).get(count - 1);
    }

    /** Runs a statement as if time, or a mail server, had done it. */
    void execute(String statement) {
        try (var connection = database.connect();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        server.close();
        mails.stop();
        database.close();
    }

    private List<String> links(String address, Pattern pattern) {
        return Stream.of(mails.getReceivedMessages())
                .filter(mail -> isTo(mail, address))
                .flatMap(mail -> pattern.matcher(text(mail)).results().limit(1))
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static boolean isTo(Message mail, String address) {
        try {
            return mail.getRecipients(RecipientType.TO)[0].toString().equalsIgnoreCase(address);
        } catch (MessagingException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The text of a mail, without its HTML. */
    private static String text(Part part) {
        try {
            return part.getContent() instanceof Multipart parts
                    ? text(parts.getBodyPart(0))
                    : part.getContent().toString();
        } catch (MessagingException failure) {
            throw new IllegalStateException(failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
