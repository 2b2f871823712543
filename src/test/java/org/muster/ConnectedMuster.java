package org.muster;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
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
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.muster.oidc.OidcProvider;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * A Muster that sends mail to a real mail server, and signs people in with a provider, which all tests of the run share. Tests extended
 * with {@link Shared} get it as a parameter.
 */
public final class ConnectedMuster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PASSWORD_OF_MAIL = "s3cret";

    private final GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private final OidcProvider provider = new OidcProvider();
    private final Server server;

    private ConnectedMuster() {
        mails.setUser("muster", PASSWORD_OF_MAIL);
        mails.start();
        var port = Server.freePort();
        var variables = new HashMap<>(RunningMuster.patientEnvironment(database));
        variables.putAll(Map.of(
                "SMTP_HOST", "127.0.0.1",
                "SMTP_PORT", String.valueOf(mails.getSmtp().getPort()),
                "SMTP_TLS", "none",
                "SMTP_USER", "muster",
                "SMTP_PASSWORD", PASSWORD_OF_MAIL,
                "MAIL_FROM", "Muster <muster@example.org>",
                "MUSTER_URL", "http://localhost:" + port,
                "MUSTER_CALENDAR_NAME", "muster.test"));
        variables.putAll(Map.of(
                "OIDC_ISSUER",
                provider.issuer(),
                "OIDC_CLIENT_ID",
                OidcProvider.CLIENT_ID,
                "OIDC_CLIENT_SECRET",
                OidcProvider.CLIENT_SECRET,
                "OIDC_NAME",
                "Club",
                "OIDC_ACR_VALUES",
                "urn:club:mfa  phr"));
        server = Server.start(variables, port);
        server.awaitReady(Duration.ofMinutes(3));
    }

    /** Starts it for the first test that needs it. */
    public static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ConnectedMuster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(ConnectedMuster.class))
                    .getOrComputeIfAbsent(ConnectedMuster.class, type -> new ConnectedMuster(), ConnectedMuster.class);
        }
    }

    public URI base() {
        return server.base();
    }

    public Client nobody() {
        return Client.anonymous(server.base());
    }

    /** Somebody with an account whose address is verified. */
    public Client verified(String name) {
        var client = nobody().signedUp(name);
        execute("UPDATE user_account SET email_verified_at = now() WHERE user_id = '%s'".formatted(client.id()));
        return client;
    }

    public EmbeddedDatabase database() {
        return database;
    }

    public OidcProvider provider() {
        return provider;
    }

    /** The mails to an address that have arrived. */
    public List<MimeMessage> mails(String address) {
        return Stream.of(mails.getReceivedMessages())
                .filter(mail -> isTo(mail, address))
                .toList();
    }

    /** The path of a link to this view, such as {@code /#/reset/…}, in mail to an address: the last, once this many are there. */
    public String link(String address, String view, int count) {
        var pattern = Pattern.compile(Pattern.quote(base().toString()) + "(/#/" + view + "/[A-Za-z0-9_-]{43})");
        Await.await(
                "mail with a link to " + view,
                PATIENCE,
                () -> links(address, pattern).size() == count);
        return links(address, pattern).get(count - 1);
    }

    /** Runs a statement as if time, or a mail server, had done it. */
    public void execute(String statement) {
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
        provider.close();
        mails.stop();
        database.close();
    }

    private List<String> links(String address, Pattern pattern) {
        return mails(address).stream()
                .flatMap(mail -> pattern.matcher(text(mail)).results().limit(1))
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static boolean isTo(MimeMessage mail, String address) {
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
