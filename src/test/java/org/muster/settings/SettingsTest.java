package org.muster.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    /** A private key of P-256, of RFC 8291. */
    private static final String KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

    @TempDir
    Path directory;

    @Test
    void withoutVariablesTheDefaultsApply() {
        var settings = settings(Map.of());

        assertThat(settings.pool()).isEqualTo(Settings.Pool.DEFAULT);
        assertThat(settings.pool().min()).isEqualTo(2);
        assertThat(settings.pool().max()).isEqualTo(10);
        assertThat(settings.pool().idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.pool().acquireTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.statementTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.shutdownDelay()).isZero();
        assertThat(settings.shutdownGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.region()).isEqualTo("ca-central-1");
        assertThat(settings.port()).isEqualTo(5432);
        assertThat(settings.tls()).isEqualTo(Tls.OFF);
        assertThat(settings.calendarName()).isEqualTo("muster.invalid");
        assertThat(settings.operators()).isEmpty();
        assertThat(settings.databaseConfigured()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DB_PORT                 | abc       | a whole number from 1 to 65535",
                "DB_PORT                 | 70000     | a whole number from 1 to 65535",
                "DB_POOL_MAX             | 0         | a whole number from 1 to 1000",
                "DB_POOL_MAX             | -3        | a whole number from 1 to 1000",
                "DB_POOL_MAX             | 1e3       | a whole number from 1 to 1000",
                "DB_POOL_MIN             | 11        | a whole number from 0 to DB_POOL_MAX, which is 10",
                "DB_ACQUIRE_TIMEOUT_MS   | 10s       | a whole number from 1 to 86400000",
                "DB_CONNECT_TIMEOUT_MS   | 0         | a whole number from 1 to 86400000",
                "DB_IDLE_TIMEOUT_S       | 99999999999 | a whole number from 1 to 86400",
                "DB_STATEMENT_TIMEOUT_MS | -1        | a whole number from 0 to 86400000",
                "SHUTDOWN_DELAY_S        | 10s       | a whole number from 0 to 3600",
                "SHUTDOWN_DELAY_S        | -1        | a whole number from 0 to 3600",
                "MUSTER_TRUSTED_PROXIES  | proxy.example.org | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "MUSTER_TRUSTED_PROXIES  | 10.0.0.0/33 | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "MUSTER_TRUSTED_PROXIES  | 10.0.0/8  | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "MUSTER_TRUSTED_PROXIES  | 10.0.0.0/ | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "MUSTER_TRUSTED_PROXIES  | fd00::/129 | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "MUSTER_TRUSTED_PROXIES  | fd00:::1  | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "MUSTER_TRUSTED_PROXIES  | 010.0.0.1 | IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks",
                "SHUTDOWN_DELAY_S        | 3601      | a whole number from 0 to 3600",
                "SHUTDOWN_GRACE_S        | soon      | a whole number from 0 to 3600",
                "MUSTER_CALENDAR_NAME    | a@b.example | a name such as muster.example.org",
                "MUSTER_OPERATORS        | ann       | e-mail addresses and ids of accounts, separated by commas",
                "MUSTER_RECOMPUTE_TIMES  | yes       | true or false",
                "MUSTER_REGISTRATION     | friends   | open or invited or closed",
                "MUSTER_SECOND_FACTOR    | yes       | optional or required",
                "MUSTER_OFFLINE_COPIES   | false     | on or off",
                "DB_SSL                  | yes       | true, require or false",
                "DB_AUTH                 | kerberos  | password or iam",
                "DB_CHANNEL_BINDING      | always    | prefer or disable or require",
                "DB_SSL_NEGOTIATION      | later     | postgres or direct",
                "DB_REQUIRE_AUTH         | scram     | a list such as scram-sha-256,md5 or !password,!md5 of scram-sha-256, md5, password, gss, sspi and none",
                "DB_SSL_ROOT_CERT        | /no/such  | a readable file of certificates in PEM format",
            })
    void anInvalidValueIsReportedWithTheAllowedValues(String variable, String value, String allowed) {
        assertThatThrownBy(() -> settings(Map.of(variable, value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage(variable + "=" + value + " is not allowed: it must be " + allowed);
    }

    @Test
    void trustedProxiesAreAddressesAndRanges() throws Exception {
        var proxies = settings(
                        Map.of("MUSTER_TRUSTED_PROXIES", " 127.0.0.1, ::1 10.0.0.0/8,,fd00::/8\t::ffff:192.0.2.0/120"))
                .trustedProxies();

        for (var trusted : List.of("127.0.0.1", "::1", "10.255.0.1", "fdff::1", "192.0.2.7", "::ffff:10.0.0.1")) {
            assertThat(proxies).as(trusted).anyMatch(range -> range.contains(address(trusted)));
        }
        for (var other : List.of("127.0.0.2", "::2", "11.0.0.1", "fe00::1", "192.0.3.7", "a00::")) {
            assertThat(proxies).as(other).noneMatch(range -> range.contains(address(other)));
        }
        assertThat(AddressRange.of("0.0.0.0/0").orElseThrow().contains(address("192.0.2.1")))
                .isTrue();
        assertThat(settings(Map.of()).trustedProxies()).isEmpty();
    }

    private static InetAddress address(String text) {
        return AddressRange.address(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "https://muster.example.org/, https://muster.example.org",
        "HTTPS://Muster.Example.org:8443, https://muster.example.org:8443",
        "http://[::1]:8080, http://[::1]:8080"
    })
    void thePublicAddressIsASchemeAndAHost(String value, String url) {
        assertThat(settings(Map.of("MUSTER_URL", value)).url()).contains(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster.example.org",
                "ftp://muster.example.org",
                "https://muster.example.org/path",
                "https://a:b@muster.example.org",
                "https://muster.example.org?x",
                "https://muster.example.org:70000",
                "https://",
                "https://[::1"
            })
    void anotherPublicAddressIsRefused(String value) {
        assertThatThrownBy(() -> settings(Map.of("MUSTER_URL", value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("MUSTER_URL is not allowed: it must be an address such as");
    }

    @Test
    void withAMailServerMailIsSent() {
        var mail = settings(Map.of(
                        "SMTP_HOST", "mail.example.org",
                        "SMTP_USER", "muster",
                        "SMTP_PASSWORD", "s3cret",
                        "MAIL_FROM", "Muster <muster@example.org>",
                        "MUSTER_URL", "https://muster.example.org"))
                .mail()
                .orElseThrow();

        assertThat(mail.port()).isEqualTo(587);
        assertThat(mail.tls()).isEqualTo(Settings.MailTls.STARTTLS);
        assertThat(mail.login().orElseThrow().user()).isEqualTo("muster");
        assertThat(mail.fromAddress()).isEqualTo("muster@example.org");
        assertThat(mail.fromName()).contains("Muster");
        assertThat(mail.toString()).doesNotContain("s3cret");
        assertThat(settings(Map.of()).mail()).isEmpty();
    }

    @Test
    void thePasswordOfMailIsGivenOrInASecret() {
        var variables = new HashMap<>(Map.of(
                "SMTP_HOST", "mail.example.org",
                "SMTP_USER", "muster",
                "SMTP_PASSWORD_SECRET", "club/mail",
                "MAIL_FROM", "muster@example.org",
                "MUSTER_URL", "https://muster.example.org"));

        assertThat(settings(variables)
                        .mail()
                        .orElseThrow()
                        .login()
                        .orElseThrow()
                        .secret())
                .contains("club/mail");
        variables.put("SMTP_PASSWORD", "s3cret");
        assertThatThrownBy(() -> settings(variables))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("SMTP_PASSWORD_SECRET is not allowed beside SMTP_PASSWORD");
    }

    @ParameterizedTest
    @CsvSource({"starttls, 587", "tls, 465", "none, 25"})
    void theMailServersPortFollowsItsEncryption(String tls, int port) {
        var mail = settings(Map.of(
                        "SMTP_HOST", "10.0.0.1",
                        "SMTP_TLS", tls,
                        "MAIL_FROM", "muster@example.org",
                        "MUSTER_URL", "https://muster.example.org"))
                .mail()
                .orElseThrow();

        assertThat(mail.port()).isEqualTo(port);
        assertThat(mail.fromName()).isEmpty();
        assertThat(mail.login()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MUSTER_URL    |                         | MUSTER_URL is missing: SMTP_HOST needs it",
                "MAIL_FROM     |                         | MAIL_FROM is missing or not allowed",
                "MAIL_FROM     | Muster                  | MAIL_FROM is missing or not allowed",
                "MAIL_FROM     | a@b, c@d                | MAIL_FROM is missing or not allowed",
                "SMTP_TLS      | ssl                     | SMTP_TLS=ssl is not allowed: it must be starttls or tls or none",
                "SMTP_PORT     | 0                       | SMTP_PORT=0 is not allowed",
                "SMTP_HOST     | smtp://a:b@example.org  | SMTP_HOST is not allowed: it must be a host name",
                "SMTP_USER     | muster                  | SMTP_PASSWORD is missing: SMTP_USER needs it",
                "SMTP_PASSWORD | s3cret                  | SMTP_USER is missing: SMTP_PASSWORD needs it",
                "SMTP_PASSWORD_SECRET | club/mail        | SMTP_USER is missing: SMTP_PASSWORD needs it"
            })
    void incompleteMailSettingsAreRefused(String variable, String value, String reason) {
        var variables = new HashMap<>(Map.of(
                "SMTP_HOST", "mail.example.org",
                "MAIL_FROM", "muster@example.org",
                "MUSTER_URL", "https://muster.example.org"));
        variables.put(variable, value == null ? "" : value);

        assertThatThrownBy(() -> settings(variables))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("a:b@");
    }

    @ParameterizedTest
    @CsvSource({"DB_HOST, db.example.org", "AWS_SECRET_NAME, production", "SMTP_HOST, mail.example.org"})
    void mailIsShownWithADevelopersDatabaseOnly(String variable, String value) {
        var variables = new HashMap<>(Map.of(
                "MUSTER_MAIL_PREVIEW", "http://localhost:8080",
                "DB_HOST", "localhost",
                "MAIL_FROM", "muster@example.org",
                "MUSTER_URL", "http://localhost:8080"));
        assertThat(settings(variables).mailPreview()).contains(URI.create("http://localhost:8080"));

        variables.put(variable, value);

        assertThatThrownBy(() -> settings(variables)).hasMessageContaining("MUSTER_MAIL_PREVIEW is not allowed");
    }

    @Test
    void withAKeyMessagesArePushedToTheBrowsersPushServices() {
        var push = settings(Map.of("VAPID_PRIVATE_KEY", KEY, "MUSTER_URL", "https://muster.example.org"))
                .push()
                .orElseThrow();

        assertThat(push.subject()).isEqualTo(URI.create("https://muster.example.org"));
        assertThat(push.toString()).doesNotContain(KEY);
        assertThat(settings(Map.of("MUSTER_URL", "https://muster.example.org")).push())
                .isEmpty();
        assertThat(List.of(
                        "https://fcm.googleapis.com/fcm/send/a",
                        "https://updates.push.services.mozilla.com/wpush/v2/a",
                        "https://web.push.apple.com/a",
                        "https://wns2-par02p.notify.windows.com/w/?token=a"))
                .allMatch(endpoint -> includes(push, endpoint));
        assertThat(List.of(
                        "http://fcm.googleapis.com/a",
                        "https://fcm.googleapis.com:8443/a",
                        "https://fcm.googleapis.com.example.org/a",
                        "https://a@fcm.googleapis.com/a",
                        "https://push.apple.com.example.org/a",
                        "https://evilpush.apple.com/a",
                        "https://169.254.169.254/latest/meta-data",
                        "https://localhost/a"))
                .noneMatch(endpoint -> includes(push, endpoint));
    }

    private static boolean includes(Settings.Push push, String endpoint) {
        return push.origins().stream().anyMatch(origin -> origin.includes(URI.create(endpoint)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VAPID_PRIVATE_KEY | c2VjcmV0                | VAPID_PRIVATE_KEY is not allowed",
                "VAPID_PRIVATE_KEY | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA | VAPID_PRIVATE_KEY is not allowed",
                "VAPID_PRIVATE_KEY | _____wAAAAD__________7zm-q2nF56E87nKwvxjJVE | VAPID_PRIVATE_KEY is not allowed",
                "MUSTER_URL        | http://localhost:8080   | VAPID_SUBJECT is missing or not allowed",
                "VAPID_SUBJECT     | bob@example.com         | VAPID_SUBJECT is missing or not allowed",
                "PUSH_ORIGINS      | push.example.com        | PUSH_ORIGINS is not allowed",
                "PUSH_ORIGINS      | https://example.com/a   | PUSH_ORIGINS is not allowed",
                "PUSH_ORIGINS      | https://a:s3cret@b.org  | PUSH_ORIGINS is not allowed",
                "PUSH_ORIGINS      | http://push.example.com | PUSH_ORIGINS is not allowed",
                "PUSH_ORIGINS      | http://*.localhost      | PUSH_ORIGINS is not allowed",
                "PUSH_ORIGINS      | https://a*.example.com  | PUSH_ORIGINS is not allowed"
            })
    void whatIsNoKeyOrNoPushServiceIsRefused(String variable, String value, String reason) {
        var variables = new HashMap<>(Map.of("VAPID_PRIVATE_KEY", KEY, "MUSTER_URL", "https://muster.example.org"));
        variables.put(variable, value);

        assertThatThrownBy(() -> settings(variables))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining(value);
    }

    @Test
    void otherPushServicesCanBeNamed() {
        var push = settings(Map.of(
                        "VAPID_PRIVATE_KEY", KEY,
                        "VAPID_SUBJECT", "mailto:ann@example.org",
                        "PUSH_ORIGINS", "https://Push.example.org:8443, http://localhost:8090 https://*.example.net"))
                .push()
                .orElseThrow();

        assertThat(List.of("https://push.example.org:8443/a", "http://localhost:8090/a", "https://a.b.example.net/a"))
                .allMatch(endpoint -> includes(push, endpoint));
        assertThat(includes(push, "https://fcm.googleapis.com/a")).isFalse();
    }

    @Test
    void theTokenForMetricsIsNotShown() {
        assertThat(settings(Map.of("MUSTER_METRICS_TOKEN", "s3cret")).toString())
                .doesNotContain("s3cret");
        assertThatThrownBy(() -> settings(Map.of("MUSTER_METRICS_TOKEN", "two words")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("MUSTER_METRICS_TOKEN")
                .hasMessageNotContaining("two words");
    }

    @ParameterizedTest
    @CsvSource({
        "DB_AUTH,            iam,    DB_AUTH=iam needs DB_SSL=true",
        "DB_SSL_NEGOTIATION, direct, DB_SSL_NEGOTIATION=direct needs DB_SSL=true",
        "DB_CHANNEL_BINDING, require, DB_CHANNEL_BINDING=require needs DB_SSL=true"
    })
    void whatNeedsTlsIsRefusedWithoutIt(String variable, String value, String reason) {
        assertThatThrownBy(() -> settings(Map.of(variable, value))).hasMessageContaining(reason);
        assertThatCode(() -> settings(Map.of(variable, value, "DB_SSL", "require")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "false,   password, !password",
        "require, password, !password",
        "true,    password, ''",
        "require, iam,      ''",
        "true,    iam,      ''"
    })
    void aPasswordInClearTextIsForServersThatHaveProvedWhoTheyAre(String ssl, String auth, String methods) {
        assertThat(settings(Map.of("DB_SSL", ssl, "DB_AUTH", auth))
                        .authentication()
                        .methods())
                .isEqualTo(methods);
    }

    @Test
    void allInvalidValuesAreReportedInOneLine() {
        assertThatThrownBy(() -> settings(Map.of("DB_PORT", "0", "DB_SSL", "maybe")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContainingAll("DB_PORT=0", "DB_SSL=maybe")
                .message()
                .hasLineCount(1);
    }

    @Test
    void operatorsAreConvertedToLowerCase() {
        assertThat(settings(Map.of("MUSTER_OPERATORS", "Ann@example.org, bob@example.org,"))
                        .operators())
                .containsExactlyInAnyOrder("ann@example.org", "bob@example.org");
    }

    @Test
    void registrationIsOpenUnlessItIsSaidOtherwise() {
        assertThat(settings(Map.of()).accounts().registration()).isEqualTo(RegistrationMode.OPEN);
        assertThat(settings(Map.of("MUSTER_REGISTRATION", "Invited")).accounts().registration())
                .isEqualTo(RegistrationMode.INVITED);
    }

    @Test
    void browsersKeepCopiesUnlessTheyMustNot() {
        assertThat(settings(Map.of()).offlineCopies()).isTrue();
        assertThat(settings(Map.of("MUSTER_OFFLINE_COPIES", "Off")).offlineCopies())
                .isFalse();
    }

    @Test
    void aSecondFactorIsOptionalUnlessItIsRequired() {
        assertThat(settings(Map.of()).accounts().secondFactorRequired()).isFalse();
        assertThat(settings(Map.of("MUSTER_SECOND_FACTOR", "Required"))
                        .accounts()
                        .secondFactorRequired())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://login.example.org/realms/club, login.example.org",
        "http://localhost:8090, localhost",
        "http://127.0.0.1:8090/, 127.0.0.1"
    })
    void aProviderIsKnownByItsHostUnlessItHasAName(String issuer, String name) {
        var variables = Map.of("OIDC_ISSUER", issuer, "OIDC_CLIENT_ID", "muster", "OIDC_CLIENT_SECRET", "secret");

        var provider = settings(variables).accounts().provider().orElseThrow();

        assertThat(provider.issuer()).isEqualTo(URI.create(issuer));
        assertThat(provider.name()).isEqualTo(name);
        assertThat(provider.toString()).doesNotContain("secret");
        assertThat(settings(Map.of()).accounts().provider()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org",
                "login.example.org",
                "https://a:b@login.example.org",
                "https://login.example.org?realm=club",
                "https://login.example.org#club",
                "https://",
                "http://localhost.example.org",
                "mailto:ann@example.org"
            })
    void anIssuerIsAnAddressWithTlsOrOfThisMachine(String issuer) {
        var variables = Map.of("OIDC_ISSUER", issuer, "OIDC_CLIENT_ID", "muster", "OIDC_CLIENT_SECRET", "secret");

        assertThatThrownBy(() -> settings(variables)).hasMessageStartingWith("OIDC_ISSUER is not allowed");
        assertThatThrownBy(() -> settings(Map.of("MUSTER_BREACHED_PASSWORDS_URL", issuer)))
                .hasMessageStartingWith("MUSTER_BREACHED_PASSWORDS_URL is not allowed")
                .hasMessageNotContaining("a:b");
    }

    @Test
    void whatAProviderMustProveIsAList() {
        var variables = new HashMap<>(Map.of(
                "OIDC_ISSUER",
                "https://login.example.org",
                "OIDC_CLIENT_ID",
                "muster",
                "OIDC_CLIENT_SECRET",
                "secret"));
        assertThat(settings(variables).accounts().provider().orElseThrow().acrValues())
                .isEmpty();

        variables.put("OIDC_ACR_VALUES", " phr\t mfa ");

        assertThat(settings(variables).accounts().provider().orElseThrow().acrValues())
                .containsExactly("phr", "mfa");
    }

    @Test
    void aProviderNeedsAllItsVariables() {
        assertThatThrownBy(() -> settings(Map.of("OIDC_ISSUER", "https://login.example.org")))
                .hasMessageStartingWith("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together");
    }

    @Test
    void theDefaultMinimumIsAtMostTheMaximum() {
        assertThat(settings(Map.of("DB_POOL_MAX", "1")).pool().min()).isEqualTo(1);
    }

    @Test
    void theEnvironmentPrecedesTheFileAndTheFileThatOfTheStage() throws IOException {
        Files.writeString(
                directory.resolve(".env"), "DB_HOST=file\nDB_NAME=file\nAPP_ENV=staging\n# a comment\nDB_USER=\n");
        Files.writeString(directory.resolve(".env.staging"), "DB_HOST=stage\nDB_NAME=stage\nDB_USER=stage\n");

        var settings = settings(Map.of("DB_HOST", "variable"));

        assertThat(settings.host()).contains("variable");
        assertThat(settings.name()).contains("file");
        assertThat(settings.user()).contains("stage");
    }

    @Test
    void musterEnvFileReplacesTheDefaultFile() throws IOException {
        Files.writeString(directory.resolve(".env"), "DB_HOST=ignored\n");
        Files.writeString(directory.resolve("muster.conf"), "DB_HOST=\"named\"\n");

        assertThat(settings(Map.of("MUSTER_ENV_FILE", "muster.conf")).host()).contains("named");
        assertThatThrownBy(() -> settings(Map.of("MUSTER_ENV_FILE", "none.conf")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("none.conf");
    }

    @Test
    void musterEnvFileMustNameAFile() {
        assertThatThrownBy(() -> settings(Map.of("MUSTER_ENV_FILE", ".")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageEndingWith("is not allowed: it must name a readable file");
        assertThatThrownBy(() -> settings(Map.of("MUSTER_ENV_FILE", "a\0b")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("MUSTER_ENV_FILE");
        assertThatThrownBy(() -> settings(Map.of("DB_SSL_ROOT_CERT", "a\0b")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("DB_SSL_ROOT_CERT");
    }

    @Test
    void namesAndSecretsAreTakenAsTheyAre() throws IOException {
        Files.writeString(
                directory.resolve(".env"), "DB_USER=' u'\nDB_NAME=\"n \"\nDB_PASSWORD=a#b\nDB_PORT=' 6000'\n");

        var settings = settings(Map.of("DB_PASSWORD", " s \n", "DB_HOST", " h\n", "DB_SSL", "require\r"));

        assertThat(settings.password()).contains(new Password(" s \n"));
        assertThat(settings.user()).contains(" u");
        assertThat(settings.name()).contains("n ");
        assertThat(settings.host()).contains("h");
        assertThat(settings.port()).isEqualTo(6000);
        assertThat(settings.tls()).isEqualTo(Tls.REQUIRE);
    }

    @Test
    void keysOfAwsAreTakenAsTheyAre() {
        var key = settings(Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "s ", "AWS_SESSION_TOKEN", " t"))
                .accessKey()
                .orElseThrow();

        assertThat(key.secret()).isEqualTo(new Password("s "));
        assertThat(key.session()).contains(new Password(" t"));
        assertThat(settings(Map.of("AWS_ACCESS_KEY_ID", " ", "AWS_SECRET_ACCESS_KEY", " ", "AWS_SESSION_TOKEN", " "))
                        .accessKey())
                .isEmpty();
    }

    @Test
    void anEmptyValueCountsAsUnset() throws IOException {
        Files.writeString(directory.resolve(".env"), "DB_PASSWORD=file\nDB_PORT=6000\n");

        var settings = settings(Map.of("DB_PASSWORD", "", "DB_PORT", " "));

        assertThat(settings.password()).contains(new Password("file"));
        assertThat(settings.port()).isEqualTo(6000);
    }

    /** Java decodes {@code ä} to this when the locale is {@code C}. */
    @ParameterizedTest
    @ValueSource(strings = {"DB_PASSWORD", "DB_USER", "DB_HOST", "MUSTER_OPERATORS", "AWS_SECRET_NAME", "APP_ENV"})
    void aValueThatCannotBeDecodedIsReportedWithTheRemedy(String variable) {
        assertThatThrownBy(() -> settings(Map.of(variable, "p\uFFFD\uFFFDsswort")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(variable + " cannot be decoded")
                .hasMessageContaining("LANG=C.UTF-8")
                .hasMessageNotContaining("sswort");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLocaleMustBeAbleToDecodeTheEnvironment() throws Exception {
        assertThat(printedPassword("C"))
                .startsWith("DB_PASSWORD cannot be decoded")
                .contains("LANG=C.UTF-8");
        assertThat(printedPassword("C.UTF-8")).isEqualTo("correct");
    }

    /** What a process in this locale says about {@code pässwort} in its environment. */
    private static String printedPassword(String locale) throws IOException {
        var script = "DB_PASSWORD=$(printf 'p\\303\\244sswort') LC_ALL=" + locale + " exec \"$@\"";
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        "sh",
                        "-c",
                        script,
                        "sh",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Printed.class.getName())
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Prints what {@link #printedPassword} returns. */
    static final class Printed {
        public static void main(String[] arguments) {
            try {
                var password = SettingsReader.read(
                                Environment.of(System.getenv(), Path.of("target", "no-such-directory")))
                        .password()
                        .orElseThrow();
                System.out.println(password.value().equals("p\u00e4sswort") ? "correct" : "wrong");
            } catch (InvalidSettingsException invalid) {
                System.out.println(invalid.getMessage());
            }
        }
    }

    @Test
    void aMalformedFileIsRefusedWithoutQuotingIt() throws IOException {
        Files.writeString(directory.resolve(".env"), "DB_PASSWORD s3cr3t-in-a-bad-line\n");

        assertThatThrownBy(() -> settings(Map.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(".env")
                .hasMessageNotContaining("s3cr3t")
                .hasNoCause();
    }

    @Test
    void aPasswordIsNeverPrinted() {
        var settings = settings(Map.of("DB_HOST", "h", "DB_NAME", "n", "DB_USER", "u", "DB_PASSWORD", "s3cr3t"));

        assertThat(settings.toString()).doesNotContain("s3cr3t");
        assertThat(settings.password().orElseThrow().value()).isEqualTo("s3cr3t");
    }

    private Settings settings(Map<String, String> variables) {
        return SettingsReader.read(Environment.of(variables, directory));
    }
}
