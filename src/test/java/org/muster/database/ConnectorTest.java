package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.connector.PhysicalDataSource;
import org.muster.connector.Registry;
import org.muster.run.EmbeddedDatabase;

class ConnectorTest {
    @TempDir
    static Path directory;

    private final EmbeddedDatabase database = TestPool.shared().database();
    private final PhysicalDataSource connector = new PhysicalDataSource();

    @AfterEach
    void withdraw() {
        Registry.withdraw();
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
        offer(Map.of());
        var before = Registry.open();

        var closed = connector.getConnection();
        try (var killed = connector.getConnection()) {
            assertThat(Registry.open()).isEqualTo(before + 2);
            closed.close();
            assertThat(Registry.open()).isEqualTo(before + 1);
            try (var superuser = database.connectAsSuperuser()) {
                text(superuser, "SELECT pg_terminate_backend(" + text(killed, "SELECT pg_backend_pid()") + ")");
            }
            assertThatThrownBy(() -> text(killed, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(Registry.open()).isEqualTo(before);
        }
    }

    @Test
    void aLoginThatIsRefusedIsReplacedOnce() throws Exception {
        var asked = new AtomicInteger();
        var right = login(Map.of());
        var wrong = login(Map.of("DB_PASSWORD", "wrong"));
        Registry.offer(refused -> {
            asked.incrementAndGet();
            return refused.isEmpty() ? wrong : right;
        });

        try (var connection = connector.getConnection()) {
            assertThat(text(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(asked).hasValue(2);

        Registry.offer(refused -> wrong);
        var failure = catchThrowableOfType(SQLException.class, connector::getConnection);
        assertThat(failure.getSQLState()).isEqualTo("28P01");
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
    void aSecretThatRotatedIsAskedForOnceByAllWhoAreRefused() throws Exception {
        var role = "rotating_" + System.nanoTime();
        try (var superuser = database.connectAsSuperuser();
                var secretsManager = new SecretsManagerStub();
                var executor = new Executor()) {
            superuser.createStatement().execute("CREATE ROLE " + role + " LOGIN PASSWORD 'first'");
            secretsManager.answerSecret("{\"username\":\"" + role + "\",\"password\":\"first\"}");
            var settings = settings(Map.of(
                    "AWS_SECRET_NAME", "rotating",
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.endpoint(),
                    "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
                    "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"));
            try (var logins = new Logins(settings, executor.service)) {
                logins.load();
                connector.getConnection().close();
                assertThat(secretsManager.calls()).isEqualTo(1);

                superuser.createStatement().execute("ALTER ROLE " + role + " PASSWORD 'second'");
                secretsManager.answerSecret("{\"username\":\"" + role + "\",\"password\":\"second\"}");
                var opened = new ArrayList<Future<?>>();
                for (var i = 0; i < 10; i++) {
                    opened.add(executor.service.submit(() -> {
                        connector.getConnection().close();
                        return null;
                    }));
                }
                for (var connection : opened) {
                    connection.get();
                }

                assertThat(secretsManager.calls()).isEqualTo(2);
            }
        }
    }

    private record Executor(ExecutorService service) implements AutoCloseable {
        Executor() {
            this(Executors.newCachedThreadPool());
        }

        @Override
        public void close() {
            service.shutdownNow();
        }
    }

    private void offer(Map<String, String> variables) throws Exception {
        var login = login(variables);
        Registry.offer(refused -> login);
    }

    private Map<String, String> login(Map<String, String> variables) throws Exception {
        var settings = settings(variables);
        return new Credentials(settings).load().properties(settings);
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
