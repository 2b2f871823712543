package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.muster.connector.PhysicalDataSource;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.SecretsManagerStub;

/** Opens connections while the database password and the secret change. */
class LoginFallbackTest extends PhysicalConnectionTestBase {
    @Test
    void aRefusedLoginIsReplacedByTheCurrentVersionWithOneSecretCall() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.answerSecret(rotation.secret("second"));

            rotation.openTenAtOnce();

            assertThat(rotation.secretsManager.stages()).containsExactly("AWSCURRENT", "AWSCURRENT");
        });
    }

    @Test
    void aPasswordAheadOfTheSecretIsFoundInThePendingVersion() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.answerSecret("AWSPENDING", rotation.secret("second"));

            rotation.openTenAtOnce();

            assertThat(rotation.secretsManager.stages()).containsExactly("AWSCURRENT", "AWSCURRENT", "AWSPENDING");
            assertThat(rotation.credentials.status().pendingUses()).isEqualTo(1);
            assertThat(rotation.credentials.status().rejections()).isEqualTo(1);
        });
    }

    @Test
    void aNewVersionThatIsRefusedIsNotUsed() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.secretsManager.answerSecret(rotation.secret("second"));
            rotation.secretsManager.answerSecret("AWSPREVIOUS", rotation.secret("first"));
            rotation.credentials.refresh().ifPresent(rotation.factory.unpooled()::verify);
            assertThat(rotation.credentials.status().lastFailure().orElseThrow().reason())
                    .contains("cannot sign in: SQLSTATE 28P01");

            rotation.openTenAtOnce();

            assertThat(rotation.credentials.current().password().value()).isEqualTo("first");
        });
    }

    @Test
    void aRevertedPasswordIsFoundInThePreviousVersion() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("older");
            rotation.secretsManager.answerSecret(rotation.secret("first"));
            rotation.secretsManager.answerSecret("AWSPREVIOUS", rotation.secret("older"));

            rotation.openTenAtOnce();

            assertThat(rotation.credentials.current().password().value()).isEqualTo("older");
            assertThat(rotation.secretsManager.stages())
                    .containsExactly("AWSCURRENT", "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS");
        });
    }

    @Test
    void sessionsOfAReplacedUserAreNotValid() throws Exception {
        withRotatingSecret(rotation -> {
            try (var old = connector.getConnection()) {
                assertThat(old.isValid(0)).isTrue();
                var other = rotation.role + "_clone";
                rotation.superuser.createStatement().execute("CREATE ROLE " + other + " LOGIN PASSWORD 'clone'");
                rotation.secretsManager.answerSecret("{\"username\":\"" + other + "\",\"password\":\"clone\"}");

                rotation.credentials.refresh().ifPresent(rotation.factory.unpooled()::verify);

                assertThat(old.isValid(0)).isFalse();
                try (var young = connector.getConnection()) {
                    assertThat(text(young, "SELECT current_user")).isEqualTo(other);
                    assertThat(young.isValid(0)).isTrue();
                }
            }
        });
    }

    @Test
    void aWrongPasswordIsTriedOnceForAllCallers() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("nobody knows");

            for (var i = 0; i < 10; i++) {
                assertThatThrownBy(connector::getConnection).hasMessageContaining("password authentication failed");
            }

            assertThat(rotation.credentials.status().rejections()).isEqualTo(1);
        });
    }

    @Test
    void noVersionIsFetchedAfterTheDeadline() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.hang();
            var request = OpenRequest.within(Deadline.in(Duration.ofSeconds(1)), OpenPolicy.NORMAL);

            assertThatThrownBy(() -> ThreadContext.call(request, connector::getConnection))
                    .hasMessageContaining("password authentication failed");

            assertThat(rotation.secretsManager.stages()).containsOnly("AWSCURRENT");
        });
    }

    @Test
    void refusedLoginsAreRetriedInTurn() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.answerSecret("AWSPENDING", rotation.secret("second"));
            rotation.openTenAtOnce();
            rotation.setPassword("nobody knows");
            rotation.secretsManager.answerSecret(rotation.secret("third"));
            assertThatThrownBy(connector::getConnection).isInstanceOf(SQLException.class);
            assertThat(rotation.credentials.status().rejections()).isEqualTo(3);

            rotation.setPassword("third");
            assertThatThrownBy(() -> GuardedPool.probing(connector::getConnection))
                    .isInstanceOf(SQLException.class);
            GuardedPool.probing(connector::getConnection).close();

            assertThat(rotation.credentials.status().rejections()).isEqualTo(4);
            assertThat(rotation.credentials.current().password().value()).isEqualTo("third");
        });
    }

    @Test
    void aRefusalOutsideThePoolHasAnotherLoginSearchedFor() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.answerSecret("AWSPENDING", rotation.secret("second"));
            rotation.requireRefusalOutsideThePool();

            rotation.factory.searchLoginIfRequested();

            rotation.factory.unpooled().open("muster").close();
            assertThat(rotation.credentials.current().password().value()).isEqualTo("second");
        });
    }

    @Test
    void aLoginThatWasRefusedOutsideThePoolIsNotTriedAgainAtOnce() throws Exception {
        withRotatingSecret(rotation -> {
            rotation.setPassword("second");
            rotation.requireRefusalOutsideThePool();

            rotation.setPassword("first");

            rotation.requireRefusalOutsideThePool();
        });
    }

    @Test
    void aLoginThatWasRefusedInThePoolIsNotTriedOutsideIt() throws Exception {
        withRotatingSecret(rotation -> {
            breaker.recordFailure(new SQLException("password authentication failed", "28P01"), System.nanoTime());

            rotation.requireRefusalOutsideThePool();

            rotation.factory.probe();
            rotation.factory.unpooled().open("muster").close();
        });
    }

    @FunctionalInterface
    private interface Scenario {
        void run(Rotation rotation) throws Exception;
    }

    private record Rotation(
            String role,
            Connection superuser,
            SecretsManagerStub secretsManager,
            CredentialsManager credentials,
            ConnectionFactory factory,
            PhysicalDataSource connector) {
        String secret(String password) {
            return "{\"username\":\"" + role + "\",\"password\":\"" + password + "\"}";
        }

        void setPassword(String password) throws SQLException {
            superuser.createStatement().execute("ALTER ROLE " + role + " PASSWORD '" + password + "'");
        }

        void requireRefusalOutsideThePool() {
            assertThatThrownBy(() -> factory.unpooled().open("muster"))
                    .hasMessageContaining("password authentication failed");
        }

        void openTenAtOnce() throws Exception {
            var executor = Executors.newFixedThreadPool(10);
            try {
                Callable<Void> opening = () -> {
                    connector.getConnection().close();
                    return null;
                };
                for (var opened : executor.invokeAll(Collections.nCopies(10, opening))) {
                    opened.get();
                }
            } finally {
                executor.shutdownNow();
            }
        }
    }

    private void withRotatingSecret(Scenario scenario) throws Exception {
        var role = "rotating_" + System.nanoTime();
        try (var superuser = database.connectAsSuperuser();
                var secretsManager = new SecretsManagerStub()) {
            superuser.createStatement().execute("CREATE ROLE " + role + " LOGIN PASSWORD 'first'");
            secretsManager.answerSecret("{\"username\":\"" + role + "\",\"password\":\"first\"}");
            var settings = settings(Map.of(
                    "AWS_SECRET_NAME", "rotating",
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                    "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
                    "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"));
            try (var credentials = new CredentialsManager(settings)) {
                credentials.load();
                var factory = new ConnectionFactory(settings, Servers.primary(), credentials, breaker);
                Registry.register(Registry.PRIMARY, factory);
                connector.getConnection().close();
                assertThat(secretsManager.calls()).isEqualTo(1);
                scenario.run(new Rotation(role, superuser, secretsManager, credentials, factory, connector));
            }
        }
    }
}
