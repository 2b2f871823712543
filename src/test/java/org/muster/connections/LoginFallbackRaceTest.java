package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.Login;
import org.muster.credentials.SecretsManagerStub;
import org.muster.settings.Environment;
import org.muster.settings.Password;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/** Rotations that follow each other faster than a caller gets its turn. */
class LoginFallbackRaceTest {
    @TempDir
    Path directory;

    @Test
    void aLoginThatIsRefusedAfterAnotherCallerFoundItIsReplacedToo() throws Exception {
        try (var secretsManager = new SecretsManagerStub();
                var credentials = new CredentialsManager(settings(secretsManager))) {
            secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"second\"}");
            var second = credentials.load();
            secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"third\"}");
            List<String> tried = new ArrayList<>();
            var fallback = new LoginFallback(credentials, (login, deadline) -> {
                tried.add(login.password().value());
                throw login.sameAs(second) ? refusal() : new SQLException("the database is reached", "57P03");
            });

            assertThatThrownBy(
                            () -> fallback.open(with(second, "first"), refusal(), Deadline.in(Duration.ofSeconds(10))))
                    .hasMessage("the database is reached");

            assertThat(tried).containsExactly("second", "third");
            assertThat(credentials.wasRefused(second)).isTrue();
        }
    }

    private static SQLException refusal() {
        return new SQLException("password authentication failed", "28P01");
    }

    private static Login with(Login login, String password) {
        return new Login(
                login.host(),
                login.port(),
                login.name(),
                login.user(),
                new Password(password),
                login.source(),
                login.version(),
                login.tokens());
    }

    private Settings settings(SecretsManagerStub secretsManager) {
        return SettingsReader.read(Environment.of(
                Map.of(
                        "DB_HOST", "db.example",
                        "DB_NAME", "groups",
                        "AWS_SECRET_NAME", "prod/muster",
                        "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                        "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
                        "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
                directory));
    }
}
