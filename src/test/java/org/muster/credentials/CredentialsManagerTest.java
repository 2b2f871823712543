package org.muster.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.settings.Environment;
import org.muster.settings.Password;
import org.muster.settings.SettingsReader;

/** What happens at once, one after the other. */
class CredentialsManagerTest {
    @TempDir
    Path directory;

    private final SecretsManagerStub secretsManager = new SecretsManagerStub();
    private CredentialsManager credentials;
    private Login first;

    @BeforeEach
    void load() throws Exception {
        answer("first");
        credentials = manager();
        first = credentials.load();
    }

    private CredentialsManager manager() {
        return new CredentialsManager(SettingsReader.read(Environment.of(
                Map.of(
                        "DB_HOST", "db.example",
                        "DB_NAME", "groups",
                        "AWS_SECRET_NAME", "prod/muster",
                        "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                        "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
                        "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
                directory)));
    }

    @AfterEach
    void close() {
        credentials.close();
        secretsManager.close();
    }

    @Test
    void aVerifiedLoginReplacesTheOneInUse() {
        answer("second");
        var second = credentials.refresh().orElseThrow();

        credentials.verified(second);

        assertThat(credentials.current()).isSameAs(second);
        assertThat(credentials.status().changed()).isPresent();
    }

    @Test
    void aVerifiedLoginDoesNotReplaceOneThatCameIntoUseMeanwhile() {
        answer("second");
        var second = credentials.refresh().orElseThrow();
        credentials.refused(first);
        credentials.accepted(login("third"), System.nanoTime());

        credentials.verified(second);

        assertThat(credentials.current()).isEqualTo(login("third"));
    }

    @Test
    void aRefreshThatIsOlderThanTheLoginInUseIsIgnored() {
        secretsManager.meanwhile(() -> {
            credentials.refused(first);
            credentials.accepted(login("second"), System.nanoTime());
        });

        assertThat(credentials.refresh()).isEmpty();
        assertThat(credentials.current()).isEqualTo(login("second"));
    }

    @Test
    void aSuccessThatIsOlderThanARefusalDoesNotHideIt() {
        var beforeTheRefusal = System.nanoTime();
        credentials.refused(first);

        credentials.accepted(first, beforeTheRefusal);

        assertThat(credentials.wasRefused(first)).isTrue();
        credentials.accepted(login("second"), System.nanoTime());
        assertThat(credentials.current()).isEqualTo(login("second"));
    }

    @Test
    void aSuccessThatIsNewerThanARefusalEndsIt() {
        credentials.refused(first);

        credentials.accepted(first, System.nanoTime());

        assertThat(credentials.wasRefused(first)).isFalse();
        assertThat(credentials.next()).isSameAs(first);
    }

    @Test
    void aSecretThatIsReadAtLastHasNotFailed() throws Exception {
        secretsManager.answerSecret("{}");
        try (var waiting = manager()) {
            assertThatThrownBy(waiting::load).hasMessageContaining("it has no username");
            answer("first");

            waiting.load();

            assertThat(waiting.status().failing()).isFalse();
            assertThat(waiting.status().refreshes()).isEqualTo(1);
        }
    }

    private void answer(String password) {
        secretsManager.answerSecret("{\"username\":\"app\",\"password\":\"" + password + "\"}");
    }

    private Login login(String password) {
        return new Login(
                first.host(),
                first.port(),
                first.name(),
                first.user(),
                new Password(password),
                first.source(),
                first.version(),
                first.tokens());
    }
}
