package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import jakarta.json.JsonObject;
import java.io.IOException;
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
import org.muster.run.Server;

/**
 * A server with everything around it that can fail: PostgreSQL behind a {@link TcpProxy}, and a Secrets Manager that holds
 * its password. One for all tests of a run that ask for it, restored before each.
 */
final class Rig implements AutoCloseable {
    static final int IDLE_SECONDS = 5;
    /** From when on the pool closes, sooner or later, what has been free. */
    static final Duration IDLE_PERIOD = Server.effectiveIdleTimeout(Duration.ofSeconds(IDLE_SECONDS));

    private static final String ROLE = "muster";

    final EmbeddedDatabase database;
    final TcpProxy proxy;
    final SecretsManagerStub secretsManager = new SecretsManagerStub();
    final Server server;
    final Client client;
    private final Load load;

    Rig() {
        // What was confirmed must be there after a crash.
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
        // A cold JVM is no fault.
        load.anew().start(6, 2).during(Duration.ofSeconds(5)).stop();
    }

    /** Variables for a server on this database, behind this proxy, with its password in this Secrets Manager. */
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

    /** Load on the server that has not begun. */
    Load load() {
        return load.anew();
    }

    /** From now on the secret's only version is this password. */
    void answerPassword(String password) {
        secretsManager.answerSecret(secret(password));
    }

    String secret(String password) {
        return secret(ROLE, password);
    }

    static String secret(String user, String password) {
        return "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(user, password);
    }

    /** From now on PostgreSQL takes this password only. */
    void setPassword(String password) throws SQLException {
        execute("ALTER ROLE " + ROLE + " PASSWORD '" + password + "'");
    }

    /** As the superuser, not through the proxy. */
    void execute(String statement) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    /** Ends all sessions of Muster. */
    void terminateBackends() throws SQLException {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'");
    }

    /** How many sessions Muster has, by what PostgreSQL says. */
    int backends() throws SQLException {
        return backends("application_name = 'muster'");
    }

    int backends(String condition) throws SQLException {
        return database.sessions(condition);
    }

    /** The data of the readiness check. */
    JsonObject readiness() {
        return client.get("/health/ready")
                .json()
                .getJsonArray("checks")
                .getJsonObject(0)
                .getJsonObject("data");
    }

    /** Waits until the server has seen what the secret is now: else it has two logins to try when one is refused. */
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
        var postmaster = database.postmaster();
        var pids = new java.util.ArrayList<>(List.of(String.valueOf(postmaster.pid())));
        if (all) {
            postmaster.descendants().forEach(child -> pids.add(String.valueOf(child.pid())));
        }
        kill(name, pids);
    }

    static void kill(String name, List<String> pids) {
        try {
            var command = new java.util.ArrayList<>(List.of("kill", "-" + name));
            command.addAll(pids);
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Stops PostgreSQL as {@code pg_ctl stop -m immediate} does, and returns when it is gone. */
    void crash() {
        signal("QUIT", false);
        stopped();
    }

    /** Stops PostgreSQL as {@code pg_ctl stop -m fast} does, and returns when it is gone. */
    void stopFast() {
        signal("INT", false);
        stopped();
    }

    private void stopped() {
        // Its own stop waits until the process, which has its signal, is gone.
        database.stop();
    }

    /** Everything as it should be, whatever the test before did. */
    private void restore() throws SQLException {
        database.start();
        proxy.pass();
        execute("ALTER ROLE " + ROLE + " WITH CONNECTION LIMIT -1");
        setPassword(database.password());
        answerPassword(database.password());
        await("the server to be ready again", Duration.ofSeconds(40), this::ready);
        var calm = load().start(4, 1).during(Duration.ofSeconds(1)).stop();
        assertThat(calm.failed()).as("the calm before the fault").isEmpty();
    }

    @Override
    public void close() {
        server.close();
        secretsManager.close();
        proxy.close();
        database.close();
    }

    /** Gives tests the rig and the report. */
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
