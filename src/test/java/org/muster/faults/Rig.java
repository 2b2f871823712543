package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import jakarta.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.credentials.SecretsManagerStub;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Processes;
import org.muster.run.Server;

/**
 * The test rig: a server, PostgreSQL behind a {@link TcpProxy}, and a Secrets Manager that holds the database password. All tests of a
 * run share one, which is restored before each test.
 */
final class Rig implements AutoCloseable {
    static final int IDLE_SECONDS = 5;
    /** The idle timeout that the server's pool applies. */
    static final Duration IDLE_PERIOD = Server.effectiveIdleTimeout(Duration.ofSeconds(IDLE_SECONDS));

    private static final String ROLE = "muster";

    final EmbeddedDatabase database;
    final TcpProxy proxy;
    final SecretsManagerStub secretsManager = new SecretsManagerStub();
    final Server server;
    final Client client;
    private final Load load;

    Rig() {
        // Confirmed writes must survive a crash.
        this(EmbeddedDatabase.temporary(Map.of("fsync", "on", "synchronous_commit", "on")), Map.of());
    }

    Rig(EmbeddedDatabase database, Map<String, String> variables) {
        this.database = database;
        proxy = new TcpProxy(database.port());
        answerPassword(database.password());
        var environment = environment(database, proxy, secretsManager);
        environment.putAll(variables);
        server = Server.start(environment);
        server.awaitReady(Duration.ofSeconds(90));
        client = Client.anonymous(server.base());
        load = Load.prepared(server.base());
        // Warm up the JVM.
        load.fresh().start(6, 2).during(Duration.ofSeconds(5)).stop();
    }

    /** Returns the variables for a server that uses this database, through this proxy, and this Secrets Manager. */
    static Map<String, String> environment(
            EmbeddedDatabase database, TcpProxy proxy, SecretsManagerStub secretsManager) {
        return new HashMap<>(Map.of(
                "MUSTER_ENV_FILE",
                RunningMuster.emptyFile(),
                "DB_HOST",
                "localhost",
                "DB_PORT",
                String.valueOf(proxy.port()),
                "DB_NAME",
                database.name(),
                "DB_IDLE_TIMEOUT_S",
                String.valueOf(IDLE_SECONDS),
                "AWS_SECRET_NAME",
                "faults",
                "AWS_SECRET_REFRESH_S",
                "5",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                secretsManager.endpoint(),
                "AWS_ACCESS_KEY_ID",
                "AKIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_ACCESS_KEY",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"));
    }

    /** Returns a load on the server that has not been started. */
    Load load() {
        return load.fresh();
    }

    /** Makes this password the current version of the secret, and removes its other versions. */
    void answerPassword(String password) {
        secretsManager.answerSecret(secret(password));
    }

    String secret(String password) {
        return secret(ROLE, password);
    }

    static String secret(String user, String password) {
        return "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(user, password);
    }

    /** Changes the password in PostgreSQL. */
    void setPassword(String password) throws SQLException {
        execute("ALTER ROLE " + ROLE + " PASSWORD '" + password + "'");
    }

    /** Runs a statement as the superuser, not through the proxy. */
    void execute(String statement) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    /** Terminates all sessions of Muster. */
    void terminateBackends() throws SQLException {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'");
    }

    /** Returns the number of Muster's sessions in PostgreSQL. */
    int backends() throws SQLException {
        return backends("application_name = 'muster'");
    }

    int backends(String condition) throws SQLException {
        return database.sessions(condition);
    }

    /** Returns the data of the readiness check. */
    JsonObject readiness() {
        return client.get("/health/ready")
                .json()
                .getJsonArray("checks")
                .getJsonObject(0)
                .getJsonObject("data");
    }

    /** Waits until the server has read the current secret: otherwise it may try two logins when one is refused. */
    void awaitRefresh() {
        var seen = refreshes();
        await("the secret to be read", Duration.ofSeconds(20), () -> refreshes() >= seen + 2);
    }

    private double refreshes() {
        return client.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("muster_credentials_refreshes_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    boolean ready() {
        return client.get("/health/ready").status() == 200;
    }

    /** Sends a signal to PostgreSQL's processes: all of them, or the first alone. */
    void signal(String name, boolean all) {
        var postmaster = database.postmaster().pid();
        Processes.signal(name, all ? Processes.tree(postmaster).toList() : List.of(postmaster));
    }

    /** Stops PostgreSQL like {@code pg_ctl stop -m immediate}, and waits until it has ended. */
    void crash() {
        signal("QUIT", false);
        awaitStopped();
    }

    /** Stops PostgreSQL like {@code pg_ctl stop -m fast}, and waits until it has ended. */
    void stopFast() {
        signal("INT", false);
        awaitStopped();
    }

    private void awaitStopped() {
        // Waits until the signalled process has ended.
        database.stop();
    }

    /** Restores all components after the previous test. */
    private void restore() throws SQLException {
        database.start();
        proxy.pass();
        execute("ALTER ROLE " + ROLE + " WITH CONNECTION LIMIT -1");
        setPassword(database.password());
        answerPassword(database.password());
        // Ready is not enough: open connections may be used while new ones are refused.
        await(
                "the end of the outage",
                Duration.ofSeconds(40),
                () -> ready() && readiness().getString("breaker").equals("closed"));
        var check = load().start(4, 1).during(Duration.ofSeconds(1)).stop();
        assertThat(check.failed()).as("requests before the fault").isEmpty();
    }

    @Override
    public void close() {
        server.close();
        secretsManager.close();
        proxy.close();
        database.close();
    }

    /** A JUnit extension that injects the rig and the report. */
    static final class Shared implements ParameterResolver, BeforeEachCallback {
        @Override
        public void beforeEach(ExtensionContext context) throws Exception {
            var rig = of(context, Rig.class, null);
            if (rig != null) {
                rig.restore();
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Rig.class
                    || parameter.getParameter().getType() == Report.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Rig.class
                    ? of(context, Rig.class, Rig::new)
                    : of(context, Report.class, Report::new);
        }

        private static <T> T of(ExtensionContext context, Class<T> type, java.util.function.Supplier<T> maker) {
            var store = context.getRoot().getStore(Namespace.create(Shared.class));
            return maker == null ? store.get(type, type) : store.getOrComputeIfAbsent(type, any -> maker.get(), type);
        }
    }
}
