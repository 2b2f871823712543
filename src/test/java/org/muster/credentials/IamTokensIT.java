package org.muster.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.connections.Certificates;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Muster signs in with tokens of IAM, and has no password. */
class IamTokensIT {
    private static final String SECRET_KEY = "s3cret-k3y-of-aws";

    @TempDir
    Path directory;

    @Test
    void eachConnectionHasATokenOfItsOwn() throws Exception {
        var authority = new Certificates(directory, "authority");
        try (var database = EmbeddedDatabase.temporary();
                var rds = new IamDatabaseStub(database, SECRET_KEY, authority.server("rds", "localhost"))) {
            var environment = environment(database, rds, authority);
            try (var server = Server.start(environment)) {
                server.awaitReady(Duration.ofSeconds(90));
                var client = Client.anonymous(server.base());
                assertThat(client.signedUp("Ann").get("/api/v1/me").status()).isEqualTo(200);
                var before = rds.tokens().size();

                database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'muster'");
                await(
                        "new connections",
                        Duration.ofSeconds(20),
                        () -> client.get("/api/v1/groups").status() == 200
                                && rds.tokens().size() > before);

                assertThat(Set.copyOf(rds.tokens())).hasSizeGreaterThan(1);
                assertThat(Files.readString(server.log())).doesNotContain("X-Amz-Signature", SECRET_KEY);
            }
        }
    }

    @Test
    void aRefusedTokenIsToldAndTriedAgainSoon() throws Exception {
        var authority = new Certificates(directory, "ca");
        try (var database = EmbeddedDatabase.temporary();
                var rds = new IamDatabaseStub(database, "another key", authority.server("strict", "localhost"))) {
            var environment = environment(database, rds, authority);
            environment.put("AWS_SESSION_TOKEN", "s3ssion+t0ken/of==aws");
            try (var server = Server.start(environment)) {
                var client = Client.anonymous(server.base());
                awaitReason("refused the login by PAM", server, client);
                assertThat(client.get("/health/ready").body()).contains("rds-db:connect", "GRANT rds_iam");

                rds.expect(SECRET_KEY);

                server.awaitReady(Duration.ofSeconds(12));
                assertThat(rds.tokens()).allMatch(token -> token.contains("X-Amz-Security-Token=s3ssion%2Bt0ken"));
            }
        }
    }

    @Test
    void whyNoTokenCanBeMadeIsToldToTheOperator() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = RunningMuster.environment(database);
            environment.putAll(Map.of(
                    "DB_AUTH", "iam",
                    "DB_PASSWORD", "",
                    "DB_SSL", "require",
                    "AWS_WEB_IDENTITY_TOKEN_FILE", directory.resolve("missing").toString(),
                    "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/muster"));
            try (var server = Server.start(environment)) {
                var client = Client.anonymous(server.base());
                awaitReason("no IAM token can be made", server, client);

                var ready = client.get("/health/ready");
                assertThat(ready.status()).isEqualTo(503);
                assertThat(ready.body())
                        .contains("cannot be signed in to", "AWS_WEB_IDENTITY_TOKEN_FILE names cannot be read");
            }
        }
    }

    private static void awaitReason(String reason, Server server, Client client) {
        await(
                "the reason",
                Duration.ofSeconds(90),
                () -> server.startCompleted()
                        && client.get("/health/ready").body().contains(reason));
    }

    private static Map<String, String> environment(
            EmbeddedDatabase database, IamDatabaseStub rds, Certificates authority) {
        var environment = RunningMuster.environment(database);
        environment.putAll(Map.of(
                "DB_AUTH", "iam",
                "DB_PORT", String.valueOf(rds.port()),
                "DB_PASSWORD", "",
                "DB_SSL", "true",
                "DB_SSL_ROOT_CERT", authority.certificate().toString(),
                "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE",
                "AWS_SECRET_ACCESS_KEY", SECRET_KEY));
        return environment;
    }
}
