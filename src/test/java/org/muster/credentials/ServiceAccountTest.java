package org.muster.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/** AWS credentials on EKS: of service accounts, and of Pod Identity. */
class ServiceAccountTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/muster";
    private static final String TOKEN = "t0ken-of-kubernetes";

    @TempDir
    Path directory;

    private final SecretsManagerStub secretsManager = new SecretsManagerStub();
    private final StsStub sts = new StsStub();

    @BeforeEach
    void prepare() throws Exception {
        Files.writeString(directory.resolve("token"), TOKEN);
        secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"s3cr3t\"}");
    }

    @AfterEach
    void release() {
        secretsManager.close();
        sts.close();
    }

    @Test
    void theTokenIsExchangedForCredentialsThatSignTheRequests() throws Exception {
        try (var credentials = credentials(Map.of("AWS_ROLE_SESSION_NAME", "node-1"))) {
            assertThat(credentials.load().user()).isEqualTo("app");
            credentials.load();
        }

        assertThat(sts.requests())
                .singleElement()
                .satisfies(request -> assertThat(request)
                        .containsEntry("Action", "AssumeRoleWithWebIdentity")
                        .containsEntry("RoleArn", ROLE)
                        .containsEntry("RoleSessionName", "node-1")
                        .containsEntry("WebIdentityToken", TOKEN));
        assertThat(secretsManager.keys()).containsExactly("ASIA1", "ASIA1");
    }

    @Test
    void variablesOfAFileAndTheCommonEndpointAreEnough() throws Exception {
        Files.writeString(directory.resolve(".env"), """
                AWS_WEB_IDENTITY_TOKEN_FILE='%s'
                AWS_ROLE_ARN=%s
                AWS_SECRET_NAME=prod/muster
                AWS_ENDPOINT_URL=%s
                AWS_ENDPOINT_URL_SECRETS_MANAGER=%s
                DB_HOST=db.example
                DB_NAME=groups
                """.formatted(
                        directory.resolve("token"), ROLE, sts.endpoint(), secretsManager.endpoint()));

        try (var credentials = new Credentials(SettingsReader.read(Environment.of(Map.of(), directory)))) {
            credentials.load();
        }

        assertThat(sts.requests())
                .singleElement()
                .satisfies(request -> assertThat(request).containsEntry("RoleSessionName", "muster"));
    }

    @Test
    void anAccessKeyPrecedesTheServiceAccount() throws Exception {
        try (var credentials = credentials(Map.of("AWS_ACCESS_KEY_ID", "AKIA", "AWS_SECRET_ACCESS_KEY", "key"))) {
            credentials.load();
        }

        assertThat(sts.requests()).isEmpty();
        assertThat(secretsManager.keys()).containsExactly("AKIA");
    }

    @Test
    void theTokenIsReadAgainWhenTheCredentialsExpire() throws Exception {
        sts.answerCredentialsFor(Duration.ofSeconds(1));
        try (var credentials = credentials(Map.of())) {
            credentials.load();
            Files.writeString(directory.resolve("token"), "renewed\n");
            credentials.load();
        }

        assertThat(sts.requests())
                .extracting(request -> request.get("WebIdentityToken"))
                .containsExactly(TOKEN, "renewed");
        assertThat(secretsManager.keys()).containsExactly("ASIA1", "ASIA2");
    }

    @Test
    void credentialsThatAreStillValidAreUsedWhileStsRefuses() throws Exception {
        try (var credentials = credentials(Map.of())) {
            credentials.load();
            sts.answerError("ExpiredTokenException", "Token expired");

            assertThat(credentials.load().user()).isEqualTo("app");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AccessDenied            | the trust policy of the role arn:aws:iam::123456789012:role/muster allow",
                "InvalidIdentityToken    | needs an IAM identity provider for this cluster",
                "ExpiredTokenException   | has expired: Kubernetes must renew it",
                "IDPRejectedClaim        | the cluster's identity provider rejects the token",
                "ValidationError         | correct AWS_ROLE_ARN",
                "RegionDisabledException | enable STS in this region",
                "RequestExpired          | AWS finds this machine's clock wrong",
            })
    void aRefusedTokenIsReportedWithTheRemedy(String code, String remedy) {
        sts.answerError(code, "about " + TOKEN);

        assertThatThrownBy(() -> credentials(Map.of()).load())
                .hasMessageContainingAll("STS in ca-central-1 answered 400 " + code + ": ", remedy)
                .hasMessageNotContaining(TOKEN)
                .hasNoCause();
        assertThat(secretsManager.calls()).isZero();
    }

    @Test
    void afterARefusalTheTokenIsTriedAgain() throws Exception {
        sts.answerError("ExpiredTokenException", "Token expired");
        try (var credentials = credentials(Map.of())) {
            assertThatThrownBy(credentials::load).hasMessageContaining("ExpiredToken");
            sts.answerCredentialsFor(Duration.ofHours(1));

            assertThat(credentials.load().user()).isEqualTo("app");
        }
    }

    @Test
    void stsThatDoesNotAnswerIsReportedWithinThreeSeconds() {
        sts.hang();
        var since = System.nanoTime();

        assertThatThrownBy(() -> credentials(Map.of()).load())
                .hasMessageContaining("no answer from STS in ca-central-1: it took too long");

        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void anInvalidConfigurationIsReported() throws Exception {
        assertThatThrownBy(() -> credentials(Map.of("AWS_ENDPOINT_URL_STS", "localhost:4566"))
                        .load())
                .hasMessageContaining("STS cannot be used in region ca-central-1 at localhost:4566");
        assertThatThrownBy(() -> credentials(Map.of("AWS_ROLE_ARN", "")))
                .hasMessage("AWS_ROLE_ARN is missing: AWS_WEB_IDENTITY_TOKEN_FILE needs it");

        Files.delete(directory.resolve("token"));
        assertThatThrownBy(() -> credentials(Map.of()).load())
                .hasMessageContaining("the file " + directory.resolve("token")
                        + " that AWS_WEB_IDENTITY_TOKEN_FILE names cannot be read (NoSuchFileException)");
    }

    @Test
    void podIdentityIsFoundByTheSdk() throws Exception {
        List<String> authorizations = new CopyOnWriteArrayList<>();
        var agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext("/v1/credentials", exchange -> {
            authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
            var body = """
                    {"AccessKeyId":"ASIAPOD","SecretAccessKey":"key","Token":"session","AccountId":"123456789012",
                     "Expiration":"%s"}
                    """.formatted(Instant.now().plusSeconds(3_600)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        agent.start();
        // A test cannot change its environment; the SDK reads system properties too.
        System.setProperty(
                "aws.containerCredentialsFullUri",
                "http://127.0.0.1:" + agent.getAddress().getPort() + "/v1/credentials");
        System.setProperty(
                "aws.containerAuthorizationTokenFile",
                directory.resolve("token").toString());
        System.setProperty("aws.disableEc2Metadata", "true");

        try (var credentials = credentials(Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", "", "AWS_ROLE_ARN", ""))) {
            assertThat(credentials.load().user()).isEqualTo("app");
        } finally {
            agent.stop(0);
            System.clearProperty("aws.containerCredentialsFullUri");
            System.clearProperty("aws.containerAuthorizationTokenFile");
            System.clearProperty("aws.disableEc2Metadata");
        }

        assertThat(secretsManager.keys()).containsExactly("ASIAPOD");
        assertThat(authorizations).singleElement().asString().startsWith(TOKEN);
    }

    private Credentials credentials(Map<String, String> variables) {
        var all = new HashMap<>(Map.of(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                directory.resolve("token").toString(),
                "AWS_ROLE_ARN",
                ROLE,
                "AWS_ENDPOINT_URL_STS",
                sts.endpoint(),
                "AWS_SECRET_NAME",
                "prod/muster",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                secretsManager.endpoint(),
                "DB_HOST",
                "db.example",
                "DB_NAME",
                "groups"));
        all.putAll(variables);
        return new Credentials(SettingsReader.read(Environment.of(all, directory)));
    }
}
