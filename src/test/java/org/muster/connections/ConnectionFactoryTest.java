package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.connector.PhysicalDataSource;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.SecretsManagerStub;
import org.muster.database.TestPool;
import org.muster.run.EmbeddedDatabase;
import org.muster.settings.Environment;
import org.muster.settings.Settings;

class ConnectionFactoryTest {
    @TempDir
    static Path directory;

    private final EmbeddedDatabase database = TestPool.shared().database();
    private final PhysicalDataSource connector = new PhysicalDataSource();
    private final CircuitBreaker breaker = new CircuitBreaker();

    @AfterEach
    void withdraw() {
        Registry.unregister();
    }

    @Test
    void withoutALoginItSaysSo() {
        var failure = catchThrowableOfType(SQLException.class, connector::getConnection);

        assertThat(failure.getSQLState()).isEqualTo("08001");
        assertThat(failure.getMessage()).isEqualTo("Muster has not loaded its database credentials yet");
    }

    @Test
    void aConnectionCarriesItsNameAndItsTimeOuts() throws Exception {
        offer(Map.of("DB_STATEMENT_TIMEOUT_MS", "1234"));

        try (var connection = connector.getConnection("nobody", "nothing")) {
            assertThat(text(connection, "SHOW application_name")).isEqualTo("muster");
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("1234ms");
            assertThat(text(connection, "SELECT current_user")).isEqualTo(database.user());
        }
    }

    @Test
    void theDatabasesOwnTimeOutCountsIfThereIsToBeNone() throws Exception {
        offer(Map.of("DB_STATEMENT_TIMEOUT_MS", "0"));

        try (var connection = connector.getConnection()) {
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("0");
        }
    }

    @Test
    void whatIsOpenIsCounted() throws Exception {
        var factory = offer(Map.of());

        var closed = connector.getConnection();
        try (var killed = connector.getConnection()) {
            assertThat(factory.register().count()).isEqualTo(2);
            closed.close();
            assertThat(factory.register().count()).isEqualTo(1);
            kill(killed);
            assertThatThrownBy(() -> text(killed, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(factory.register().count()).isZero();
        }
    }

    @Test
    void aBackendThatWasTerminatedIsFoundBeforeUse() throws Exception {
        offer(Map.of());

        try (var alive = connector.getConnection();
                var killed = connector.getConnection()) {
            assertThat(killed.isValid(0)).isTrue();
            kill(killed);

            assertThat(killed.isValid(0)).isFalse();
            assertThat(alive.isValid(0)).isTrue();
        }
    }

    @Test
    void aForgottenTransactionIsRolledBackAndCounted() throws Exception {
        var factory = offer(Map.of());
        var slug = UUID.randomUUID().toString();

        try (var connection = connector.getConnection()) {
            connection.setAutoCommit(false);
            text(
                    connection,
                    "INSERT INTO group_directory (slug, group_id) VALUES ('" + slug
                            + "', gen_random_uuid()) RETURNING slug");
            connection.setAutoCommit(true);

            assertThat(text(connection, "SELECT count(*) FROM group_directory WHERE slug = '" + slug + "'"))
                    .isEqualTo("0");
        }
        assertThat(factory.statistics().forgottenTransactions()).isEqualTo(1);
    }

    @Test
    void whatABorrowerHasSetIsUnsetBeforeTheNext() throws Exception {
        offer(Map.of());

        try (var connection = connector.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setSchema("pg_catalog");
            connection.setAutoCommit(false);
            text(connection, "SELECT 1");

            assertThat(connection.isValid(0)).isTrue();

            connection.setAutoCommit(true);
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(text(connection, "SHOW search_path")).doesNotContain("pg_catalog");
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("30s");
        }
    }

    /** A server that has switched it off for its next transaction does not do so again. */
    @Test
    void validationLeavesAutoCommitAsItIs() throws Exception {
        offer(Map.of());

        try (var connection = connector.getConnection()) {
            for (var mode : List.of(false, true)) {
                connection.setAutoCommit(mode);

                assertThat(connection.isValid(0)).isTrue();

                assertThat(connection.getAutoCommit()).isEqualTo(mode);
                assertThat(database.sessions("application_name = 'muster' AND state LIKE 'idle in%'"))
                        .isZero();
            }
        }
    }

    @Test
    void aSessionThatTakesNoWritesIsNotValid() throws Exception {
        offer(Map.of());

        try (var connection = connector.getConnection()) {
            connection.createStatement().execute("SET default_transaction_read_only = on");
            breaker.recordLoss();

            assertThat(connection.isValid(0)).isFalse();
        }
    }

    @Test
    void aRetiredConnectionIsNotValid() throws Exception {
        var factory = offer(Map.of());

        try (var connection = connector.getConnection()) {
            connection.setAutoCommit(false);
            connection.unwrap(ConnectionControl.class).retire();

            assertThat(connection.isValid(0)).isFalse();
            assertThat(factory.register().count()).isZero();
            // What a server does before it closes it.
            connection.rollback();
        }
    }

    @Test
    void noTransactionBeginsOnARetiredConnection() throws Exception {
        var factory = offer(Map.of());

        try (var connection = connector.getConnection()) {
            connection.unwrap(ConnectionControl.class).retire();

            assertThatThrownBy(() -> connection.setAutoCommit(false)).hasMessageContaining("lost");
            assertThat(factory.register().count()).isZero();
        }
    }

    @Test
    void whatNobodyHasTouchedIsEnded() throws Exception {
        var factory = offer(Map.of());

        try (var abandoned = connector.getConnection();
                var known = connector.getConnection()) {
            var since = System.nanoTime();
            assertThat(known.isValid(0)).isTrue();

            factory.register().abortUncalledSince(since);

            assertThat(factory.register().count()).isEqualTo(1);
            assertThat(abandoned.isClosed()).isTrue();
            assertThat(known.isClosed()).isFalse();
        }
    }

    @Test
    void whileTheDatabaseIsKnownToBeAwayNobodyTries() throws Exception {
        offer(Map.of());
        breaker.recordFailure(new SQLException("gone", "08006"), longAgo());

        var failure = catchThrowableOfType(SQLException.class, connector::getConnection);

        assertThat(failure.getMessage()).isEqualTo("gone");
        GuardedPool.probing(connector::getConnection).close();
        assertThat(breaker.outage()).isEmpty();
    }

    @Test
    void whileItIsNotYetKnownToBeAwayOneTriesAgainAfterEverLongerPauses() throws Exception {
        offer(Map.of());
        breaker.recordFailure(new SQLException("gone", "08006"), System.nanoTime());
        connector.getConnection().close();
        assertThat(breaker.outage()).isEmpty();

        breaker.recordFailure(
                new SQLException("gone", "08006"),
                System.nanoTime() - Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(connector::getConnection).hasMessage("gone");
    }

    private static long longAgo() {
        return System.nanoTime() - CircuitBreaker.OUTAGE_TOLERANCE.toNanos();
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsLeftInTime() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (var ssl : List.of("false", "require")) {
                offer(Map.of(
                        "DB_PORT",
                        String.valueOf(silent.getLocalPort()),
                        "DB_SSL",
                        ssl,
                        "DB_CONNECT_TIMEOUT_MS",
                        "900"));
                var since = System.nanoTime();

                assertThatThrownBy(connector::getConnection).isInstanceOf(SQLException.class);

                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofMillis(1_500));
            }
        }
    }

    @Test
    void aRefusedLoginIsReplacedByTheCurrentVersionOnceForAll() throws Exception {
        rotating(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.answerSecret(rotation.secret("second"));

            rotation.openTenAtOnce();

            assertThat(rotation.secretsManager.stages()).containsExactly("AWSCURRENT", "AWSCURRENT");
        });
    }

    @Test
    void aPasswordThatIsAheadOfTheSecretIsFoundAsThePendingOne() throws Exception {
        rotating(rotation -> {
            rotation.setPassword("second");
            rotation.secretsManager.answerSecret("AWSPENDING", rotation.secret("second"));

            rotation.openTenAtOnce();

            assertThat(rotation.secretsManager.stages()).containsExactly("AWSCURRENT", "AWSCURRENT", "AWSPENDING");
            assertThat(rotation.credentials.status().pendingUses()).isEqualTo(1);
            assertThat(rotation.credentials.status().rejections()).isEqualTo(1);
        });
    }

    @Test
    void aNewVersionThatCannotSignInIsNotUsed() throws Exception {
        rotating(rotation -> {
            rotation.secretsManager.answerSecret(rotation.secret("second"));
            rotation.secretsManager.answerSecret("AWSPREVIOUS", rotation.secret("first"));
            rotation.credentials.refresh().ifPresent(rotation.factory::verify);
            assertThat(rotation.credentials.status().lastFailure().orElseThrow().reason())
                    .contains("cannot sign in: SQLSTATE 28P01");

            rotation.openTenAtOnce();

            assertThat(rotation.credentials.current().password().value()).isEqualTo("first");
        });
    }

    @Test
    void aPasswordThatWasTakenBackIsFoundAsThePreviousOne() throws Exception {
        rotating(rotation -> {
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
    void sessionsOfAnotherUserAreNoLongerValid() throws Exception {
        rotating(rotation -> {
            try (var old = connector.getConnection()) {
                assertThat(old.isValid(0)).isTrue();
                var other = rotation.role + "_clone";
                rotation.superuser.createStatement().execute("CREATE ROLE " + other + " LOGIN PASSWORD 'clone'");
                rotation.secretsManager.answerSecret("{\"username\":\"" + other + "\",\"password\":\"clone\"}");

                rotation.credentials.refresh().ifPresent(rotation.factory::verify);

                assertThat(old.isValid(0)).isFalse();
                try (var young = connector.getConnection()) {
                    assertThat(text(young, "SELECT current_user")).isEqualTo(other);
                    assertThat(young.isValid(0)).isTrue();
                }
            }
        });
    }

    @Test
    void aPasswordThatIsWrongForGoodIsTriedOnceByAll() throws Exception {
        rotating(rotation -> {
            rotation.setPassword("nobody knows");

            for (var i = 0; i < 10; i++) {
                assertThatThrownBy(connector::getConnection).hasMessageContaining("password authentication failed");
            }

            assertThat(rotation.credentials.status().rejections()).isEqualTo(1);
        });
    }

    @Test
    void ofAllThatWereRefusedEachHasItsTurnAgain() throws Exception {
        rotating(rotation -> {
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

    private void rotating(Scenario scenario) throws Exception {
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
                var factory = new ConnectionFactory(settings, credentials, breaker);
                Registry.register(factory);
                connector.getConnection().close();
                assertThat(secretsManager.calls()).isEqualTo(1);
                scenario.run(new Rotation(role, superuser, secretsManager, credentials, factory, connector));
            }
        }
    }

    private ConnectionFactory offer(Map<String, String> variables) throws Exception {
        var settings = settings(variables);
        var credentials = new CredentialsManager(settings);
        credentials.load();
        var factory = new ConnectionFactory(settings, credentials, breaker);
        Registry.register(factory);
        return factory;
    }

    private void kill(Connection connection) throws SQLException {
        try (var superuser = database.connectAsSuperuser()) {
            text(superuser, "SELECT pg_terminate_backend(" + text(connection, "SELECT pg_backend_pid()") + ", 5000)");
        }
    }

    private Settings settings(Map<String, String> variables) {
        var all = new HashMap<>(database.environment());
        all.putAll(variables);
        return Settings.of(Environment.of(all, directory));
    }

    private static String text(Connection connection, String statement) throws SQLException {
        try (var rows = connection.createStatement().executeQuery(statement)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
