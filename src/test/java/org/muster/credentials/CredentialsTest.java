package org.muster.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.credentials.Credentials.CredentialsUnavailableException;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

class CredentialsTest {
    private static final String SECRET = "s3cr3t-of-aws";
    private static final String ENVIRONMENT_PASSWORD = "s3cr3t-of-the-environment";

    @TempDir
    static Path directory;

    private final SecretsManagerStub secretsManager = new SecretsManagerStub();
    private final Captured log = new Captured();

    @BeforeEach
    void capture() {
        Logger.getLogger("").addHandler(log);
    }

    @AfterEach
    void release() {
        Logger.getLogger("").removeHandler(log);
        secretsManager.close();
    }

    @Test
    void aSecretInTheFormatOfRdsIsComplete() throws Exception {
        secretsManager.answerSecret("""
                {"username":"app","password":"%s","engine":"postgres","host":"db.example","port":5433,
                 "dbname":"groups","dbInstanceIdentifier":"prod"}
                """.formatted(SECRET));

        var login = load(Map.of());

        assertThat(login.host()).isEqualTo("db.example");
        assertThat(login.port()).isEqualTo(5433);
        assertThat(login.name()).isEqualTo("groups");
        assertThat(login.user()).isEqualTo("app");
        assertThat(login.password().value()).isEqualTo(SECRET);
        assertThat(login.source()).contains("AWS Secrets Manager", "prod/muster");
        assertThat(secretsManager.secrets()).containsExactly("prod/muster");
        assertThat(secretsManager.scopes()).singleElement().asString().endsWith("/ca-central-1/secretsmanager");
        assertThat(login.toString()).doesNotContain(SECRET);
    }

    @Test
    void missingFieldsOfTheSecretComeFromTheEnvironment() throws Exception {
        secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"%s\"}".formatted(SECRET));

        var login = load(environment());

        assertThat(login.host()).isEqualTo("own.example");
        assertThat(login.port()).isEqualTo(6000);
        assertThat(login.name()).isEqualTo("own");
        assertThat(login.user()).isEqualTo("app");
        assertThat(login.password().value()).isEqualTo(SECRET);
    }

    @Test
    void theConfiguredRegionIsUsed() throws Exception {
        secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"x\",\"port\":\"5433\"}");

        var login = load(with(environment(), "AWS_REGION", "eu-west-3"));

        assertThat(secretsManager.scopes()).singleElement().asString().contains("/eu-west-3/");
        assertThat(login.port()).isEqualTo(5433);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5433", " 5433 ", "\"5433\"", "\" 5433\\n\"", "\"\\t05433\""})
    void aSecretThatWasWrittenByHandIsRead(String port) throws Exception {
        secretsManager.answerSecret("\uFEFF\n{\"username\":\"app\",\"password\":\" p \\n\","
                + "\"host\":\" db.example\\r\\n\",\"port\":" + port + ",\"dbname\":\"groups\"}\n");

        var login = load(Map.of());

        assertThat(login.host()).isEqualTo("db.example");
        assertThat(login.port()).isEqualTo(5433);
        assertThat(login.password().value()).isEqualTo(" p \n");
    }

    @Test
    void blankFieldsOfTheSecretComeFromTheEnvironment() throws Exception {
        secretsManager.answerSecret(
                "{\"username\":\"app\",\"password\":\"x\",\"host\":\" \",\"port\":\"\",\"dbname\":\"\"}");

        var login = load(environment());

        assertThat(login.host()).isEqualTo("own.example");
        assertThat(login.port()).isEqualTo(6000);
        assertThat(login.name()).isEqualTo("own");
    }

    /** A wrong answer, and the reason that is reported to the operator. */
    record Wrong(String name, Consumer<SecretsManagerStub> answer, String reason, String remedy) {
        Wrong(String name, Consumer<SecretsManagerStub> answer, String reason) {
            this(name, answer, reason, "");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wrong> wrongAnswers() {
        return Stream.of(
                new Wrong("unreachable", SecretsManagerStub::close, "the connection failed (ConnectException)"),
                new Wrong("never answers", SecretsManagerStub::hang, "it took too long"),
                new Wrong(
                        "cut off",
                        SecretsManagerStub::cut,
                        "Secrets Manager in ca-central-1 answered without a secret"),
                refused(
                        "AccessDeniedException",
                        "",
                        "allow this role or user secretsmanager:GetSecretValue on the secret prod/muster"),
                refused("AccessDeniedException", "Access to KMS is not allowed", "kms:Decrypt with the secret's key"),
                refused(
                        "ResourceNotFoundException",
                        "can't find the specified secret.",
                        "there is no secret of the name prod/muster in the region ca-central-1"),
                refused(
                        "ResourceNotFoundException",
                        "can't find the specified secret value for staging label: AWSCURRENT",
                        "the secret prod/muster has no value yet"),
                refused("DecryptionFailure", "", "kms:Decrypt"),
                refused("InvalidRequestException", "because it was marked for deletion", "marked for deletion"),
                refused("ValidationException", "Invalid name.", "correct AWS_SECRET_NAME"),
                refused("ExpiredTokenException", "", "the temporary AWS credentials have expired"),
                refused("UnrecognizedClientException", "", "AWS does not know the access key"),
                refused("InvalidClientTokenId", "", "AWS does not know the access key"),
                refused("RequestTimeTooSkewed", "", "AWS finds this machine's clock wrong"),
                refused("RequestExpired", "", "AWS finds this machine's clock wrong"),
                refused("RequestInTheFuture", "", "AWS finds this machine's clock wrong"),
                refused(
                        "InvalidSignatureException",
                        "Signature expired: 20261129T100000Z is now earlier than 20261129T102000Z",
                        "AWS finds this machine's clock wrong"),
                refused(
                        "InvalidSignatureException",
                        "Signature not yet current: 20261129T102000Z is still later than 20261129T100000Z",
                        "AWS finds this machine's clock wrong"),
                refused(
                        "SignatureDoesNotMatch",
                        "Signature expired: 20261129T100000Z",
                        "AWS finds this machine's clock wrong"),
                refused(
                        "InvalidSignatureException",
                        "The request signature we calculated does not match",
                        "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID"),
                new Wrong("failing", stub -> stub.answerError(500, "InternalServiceError"), "500"),
                new Wrong("a page", stub -> stub.answerRaw(200, "<html>" + SECRET), "no answer from Secrets Manager"),
                new Wrong("a page with 502", stub -> stub.answerRaw(502, "<html>" + SECRET), "502"),
                new Wrong("not JSON", stub -> stub.answerSecret(SECRET), "not the JSON object"),
                new Wrong("an array", stub -> stub.answerSecret("[\"" + SECRET + "\"]"), "not the JSON object"),
                new Wrong("binary", SecretsManagerStub::answerBinary, "binary"),
                new Wrong("empty", stub -> stub.answerSecret("{}"), "it has no username, no password"),
                new Wrong(
                        "no user name",
                        stub -> stub.answerSecret("{\"password\":\"" + SECRET + "\"}"),
                        "it has no username"),
                new Wrong("no password", stub -> stub.answerSecret("{\"username\":\"app\"}"), "it has no password"),
                new Wrong(
                        "a password that is no text",
                        stub -> stub.answerSecret("{\"username\":\"app\",\"password\":[\"" + SECRET + "\"]}"),
                        "its password is a list: it must be text, in quotes"),
                new Wrong(
                        "a host that is no text",
                        stub -> stub.answerSecret("{\"username\":\"app\",\"password\":\"" + SECRET + "\",\"host\":42}"),
                        "its host is a number: it must be text, in quotes"),
                new Wrong("nested deeply", stub -> stub.answerSecret("{\"a\":".repeat(5_000)), "not the JSON object"),
                new Wrong(
                        "a port out of range",
                        stub -> stub.answerSecret(
                                "{\"username\":\"app\",\"password\":\"" + SECRET + "\",\"port\":99999}"),
                        "its port is not a number from 1 to 65535"),
                new Wrong(
                        "a port that is no number",
                        stub -> stub.answerSecret(
                                "{\"username\":\"app\",\"password\":\"" + SECRET + "\",\"port\":\"" + SECRET + "\"}"),
                        "its port is not a number"),
                new Wrong(
                        "a port with a fraction",
                        stub -> stub.answerSecret(
                                "{\"username\":\"app\",\"password\":\"" + SECRET + "\",\"port\":1e999999999}"),
                        "its port is not a number"),
                new Wrong(
                        "a URL as host",
                        stub -> stub.answerSecret("{\"dbname\":\"d\",\"username\":\"app\",\"password\":\"" + SECRET
                                + "\",\"host\":\"postgres://app:" + SECRET + "@db\"}"),
                        "its host must be a host name"));
    }

    private static Wrong refused(String code, String message, String remedy) {
        return new Wrong(
                code + " " + message,
                stub -> stub.answerError(400, code, message + " " + SECRET),
                "Secrets Manager in ca-central-1 answered 400 " + code + ": ",
                remedy);
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void afterAWrongAnswerTheEnvironmentIsUsedWithinThreeSeconds(Wrong wrong) throws Exception {
        wrong.answer.accept(secretsManager);
        var since = System.nanoTime();

        var login = load(environment());

        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
        assertThat(login.password().value()).isEqualTo(ENVIRONMENT_PASSWORD);
        assertThat(login.source()).isEqualTo("environment");
        assertThat(log.warnings())
                .singleElement()
                .asString()
                .contains("prod/muster", wrong.reason, wrong.remedy, "using the environment's credentials instead");
        assertThat(log.all()).doesNotContain(SECRET, ENVIRONMENT_PASSWORD);
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void afterAWrongAnswerAnIncompleteEnvironmentIsReported(Wrong wrong) {
        wrong.answer.accept(secretsManager);

        var failure = catchThrowableOfType(
                CredentialsUnavailableException.class, () -> load(Map.of("DB_HOST", "own.example")));

        assertThat(failure)
                .hasMessageContainingAll(
                        "prod/muster", wrong.reason, wrong.remedy, "lack DB_NAME, DB_USER, DB_PASSWORD")
                .hasNoCause();
        assertThat(failure.getMessage() + log.all()).doesNotContain(SECRET);
    }

    @Test
    void withoutAwsCredentialsTheEnvironmentIsUsedWithinThreeSeconds() throws Exception {
        var variables = with(environment(), "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint());
        variables.put("AWS_SECRET_NAME", "prod/muster");
        System.setProperty("aws.disableEc2Metadata", "true");
        var since = System.nanoTime();

        try (var credentials = new Credentials(SettingsReader.read(Environment.of(variables, directory)))) {
            assertThat(credentials.load().source()).isEqualTo("environment");
        } finally {
            System.clearProperty("aws.disableEc2Metadata");
        }

        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
        assertThat(secretsManager.calls()).isZero();
    }

    @Test
    void anInvalidRegionIsReported() throws Exception {
        secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"x\"}");

        var login = load(with(
                with(environment(), "AWS_REGION", "not a region"),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                "localhost:4566"));

        assertThat(login.source()).isEqualTo("environment");
        assertThat(log.warnings()).singleElement().asString().contains("not a region");
    }

    @Test
    void withoutASecretNameSecretsManagerIsNotCalled() throws Exception {
        try (var credentials = new Credentials(SettingsReader.read(Environment.of(environment(), directory)))) {
            assertThat(credentials.load().user()).isEqualTo("own");
        }
        assertThat(secretsManager.calls()).isZero();
    }

    private Login load(Map<String, String> variables) throws CredentialsUnavailableException {
        var all = new HashMap<>(Map.of(
                "AWS_SECRET_NAME", "prod/muster",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"));
        all.putAll(variables);
        try (var credentials = new Credentials(SettingsReader.read(Environment.of(all, directory)))) {
            return credentials.load();
        }
    }

    private static Map<String, String> environment() {
        return Map.of(
                "DB_HOST", "own.example",
                "DB_PORT", "6000",
                "DB_NAME", "own",
                "DB_USER", "own",
                "DB_PASSWORD", ENVIRONMENT_PASSWORD);
    }

    private static Map<String, String> with(Map<String, String> variables, String name, String value) {
        var more = new HashMap<>(variables);
        more.put(name, value);
        return more;
    }

    /** Captures log records. */
    private static final class Captured extends Handler {
        private final List<LogRecord> records = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            records.add(entry);
        }

        List<String> warnings() {
            return records.stream()
                    .filter(entry -> entry.getLevel() == Level.WARNING)
                    .filter(entry -> entry.getLoggerName().equals(Credentials.class.getName()))
                    .map(LogRecord::getMessage)
                    .toList();
        }

        String all() {
            var format = new SimpleFormatter();
            return String.join("", records.stream().map(format::format).toList());
        }

        @Override
        public void flush() {
            // Records are not buffered.
        }

        @Override
        public void close() {
            // No resources are held.
        }
    }
}
