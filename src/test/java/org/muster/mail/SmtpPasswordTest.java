package org.muster.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.credentials.SecretPassword;
import org.muster.credentials.SecretsManagerStub;
import org.muster.settings.Environment;
import org.muster.settings.Settings;
import org.muster.settings.Settings.MailTls;
import org.muster.settings.SettingsReader;

/** The password of a mail server that wants one, in AWS Secrets Manager. */
class SmtpPasswordTest {
    private final SecretsManagerStub secrets = new SecretsManagerStub();
    private final GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private SmtpClient client;

    @BeforeEach
    void start(@TempDir Path directory) {
        mails.setUser("muster", "first");
        mails.start();
        var settings = SettingsReader.read(Environment.of(
                Map.of(
                        "AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint(),
                        "AWS_ACCESS_KEY_ID", "key",
                        "AWS_SECRET_ACCESS_KEY", "secret"),
                directory));
        var login = new Settings.MailLogin("muster", Optional.empty(), Optional.of("club/mail"));
        client = new SmtpClient(
                new Settings.Mail(
                        "127.0.0.1",
                        mails.getSmtp().getPort(),
                        MailTls.NONE,
                        Optional.of(login),
                        "muster@example.org",
                        Optional.empty()),
                Optional.of(new SecretPassword(settings, "SMTP_PASSWORD_SECRET", "club/mail")),
                Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        client.close();
        mails.stop();
        secrets.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "first\n", "{\"username\":\"muster\",\"password\":\"first\"}"})
    void itIsTheSecretOrAFieldOfIt(String secret) {
        secrets.answerSecret(secret);

        assertThat(send()).isEmpty();
        assertThat(send()).isEmpty();

        assertThat(secrets.secrets()).containsExactly("club/mail");
        assertThat(mails.getReceivedMessages()).hasSize(2);
    }

    @Test
    void itIsReadAnewOnceTheServerRefusesIt() {
        secrets.answerSecret("old");
        assertThat(send()).contains(MailFailure.LOGIN_REFUSED);

        secrets.answerSecret("first");

        assertThat(send()).isEmpty();
        assertThat(secrets.calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"password\":7}"})
    void withoutItNothingIsSent(String secret) {
        secrets.answerSecret(secret);

        assertThat(send()).contains(MailFailure.PASSWORD_UNAVAILABLE);

        secrets.answerSecret("first");
        assertThat(send()).isEmpty();
    }

    private Optional<MailFailure> send() {
        return client.send(
                UUID.randomUUID(),
                OutgoingMail.required(
                        "test",
                        Optional.empty(),
                        "ann@example.org",
                        Language.EN,
                        new MailText("Hello", "Hello", "<p>Hello</p>"),
                        Duration.ofMinutes(1)));
    }
}
