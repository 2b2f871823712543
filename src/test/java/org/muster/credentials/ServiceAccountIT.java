package org.muster.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Runs Muster as a service account of Kubernetes. The server has class loaders, and an XML parser, of its own. */
class ServiceAccountIT {
    @TempDir
    Path directory;

    @Test
    void theLoginComesFromTheSecretThatTheServiceAccountMayRead() throws Exception {
        var token = Files.writeString(directory.resolve("token"), "t0ken-of-kubernetes");
        try (var database = EmbeddedDatabase.temporary();
                var secretsManager = new SecretsManagerStub();
                var sts = new StsStub()) {
            secretsManager.answerSecret(
                    "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(database.user(), database.password()));
            var environment = RunningMuster.environment(database);
            environment.putAll(Map.of(
                    "DB_PASSWORD", "",
                    "AWS_SECRET_NAME", "prod/muster",
                    "AWS_SECRET_REFRESH_S", "1",
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                    "AWS_ENDPOINT_URL_STS", sts.endpoint(),
                    "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
                    "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/muster"));
            try (var server = Server.start(environment)) {
                server.awaitReady(Duration.ofSeconds(90));
                await("a refresh", Duration.ofSeconds(30), () -> secretsManager.calls() > 1);

                assertThat(Client.anonymous(server.base()).get("/health/ready").body())
                        .contains("AWS Secrets Manager, secret prod/muster");
                assertThat(secretsManager.keys()).isNotEmpty().allMatch(key -> key.startsWith("ASIA"));
                assertThat(Files.readString(server.log())).doesNotContain("t0ken-of-kubernetes");
            }
        }
    }
}
